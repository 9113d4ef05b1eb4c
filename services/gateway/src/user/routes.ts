import type { Principal, RoleAssignment } from '@countersign/access';
import type { Problem, UserRegistered } from '@countersign/contracts';
import { problem, routes, type User as UserView } from '@countersign/contracts';
import { type Directory, type Entry, FIRST_ORGANIZATION, ownsInstallation } from '@countersign/directory';
import { streamName } from '@countersign/event-sourcing';
import type { CommandHandler } from '@countersign/event-store';
import { isProblem, judged, mount } from '@countersign/http';
import type { Sealer } from '@countersign/sealing';
import { actorOf, edgeMetadata, page, personal, type ServiceDependencies } from '@countersign/service';
import type { FastifyInstance } from 'fastify';
import type { TakeSeat } from '../admission/seat.ts';
import { openText } from '../display-name.ts';
import type { EndInvitations } from '../invitation/end.ts';
import { answeredEverywhere, type ReachedEverywhere } from '../killswitch/reached-everywhere.ts';
import type { YieldOwnership } from '../ownership/yield-ownership.ts';
import type { RegisterUser, User, UserCommand, UserRejection } from './decide.ts';
import type { Granting } from './granting.ts';
import { changeProblem, removalProblem, rolesErrors } from './refusal.ts';

interface UserRouteDependencies {
  readonly service: ServiceDependencies;
  readonly users: CommandHandler<User, UserCommand, UserRejection>;
  readonly directory: Directory;
  readonly yieldOwnership: YieldOwnership;
  readonly granting: Granting;
  readonly takeSeat: TakeSeat;
  readonly endInvitations: EndInvitations;
  readonly reached: ReachedEverywhere;
}

const NOT_FOUND = problem('not_found', 'there is no such user');

/** Serves users: commands write them, the directory shows them. */
export function userRoutes(app: FastifyInstance, deps: UserRouteDependencies): void {
  const { service, users, directory } = deps;
  const { sealer, disclose } = service;

  const view = createUserView(sealer);
  const owns = (organization: string, roles: readonly RoleAssignment[] = []) =>
    organization === FIRST_ORGANIZATION && ownsInstallation(roles);

  /**
   * The roles that a change may meet. Who owns the installation is asked of what is known here: a change that gives it to
   * nobody must find what was known.
   */
  const seenBy = (
    principal: Principal,
    present: readonly RoleAssignment[],
    after: readonly RoleAssignment[],
  ) => {
    const givesNothing = principal.organization === FIRST_ORGANIZATION && !ownsInstallation(after);
    return deps.granting.holdsEverything(principal) && !givesNothing ? null : present;
  };

  /** Where a change of a user's roles stands among all that take the installation from somebody. */
  const placeOf = async (
    organization: string,
    id: string,
    before: readonly RoleAssignment[],
    after: readonly RoleAssignment[],
  ): Promise<Pick<RegisterUser, 'follows' | 'passes'> | Problem> => {
    if (owns(organization, after)) return { passes: await deps.yieldOwnership.begun(id) };
    if (!owns(organization, before)) return {};
    const follows = await deps.yieldOwnership.begin(id);
    return typeof follows === 'number' ? { follows } : follows;
  };

  const putUser = judged(routes.putUser, ({ params, body, principal: { organization } }) => {
    const present = params.id === undefined ? undefined : directory.user(organization, params.id);
    return rolesErrors(directory.roleRights(), organization, body.roles, present?.data);
  });

  mount(app, putUser, async ({ params, body, principal }) => {
    const { organization } = principal;
    const present = directory.user(organization, params.id);
    const refused = changeProblem(deps.granting, principal, present?.data, body);
    if (refused) return refused;
    const roles = present?.data.roles ?? [];
    const full = await deps.takeSeat(organization, params.id);
    if (full) return full;
    const name = body.display_name ?? null;
    const sameName =
      present !== undefined && (await openText(sealer, present.message, 'display_name')) === name;
    const place = await placeOf(organization, params.id, roles, body.roles);
    if (isProblem(place)) return place;
    const handled = await users.handle(
      streamName('user', `${organization}:${params.id}`),
      {
        kind: 'register',
        registration: {
          user_id: params.id,
          roles: body.roles,
          approval_level: body.approval_level,
          trust_score: body.trust_score,
        },
        seen: seenBy(principal, roles, body.roles),
        ...place,
        sameName,
        by: actorOf(principal),
        personal: personal(params.id, disclose('display_name', name)),
      },
      edgeMetadata(service, { organization }),
    );
    return answeredEverywhere(handled, deps.reached, async ({ events }) => {
      const left = await deps.endInvitations(organization, params.id, actorOf(principal));
      if (left) return left;
      const entry = directory.user(organization, params.id);
      if (!entry) return NOT_FOUND;
      const body = await view(entry);
      return events[0]?.type === 'user-registered.v1' ? { status: 201, body } : { status: 200, body };
    });
  });

  mount(app, routes.removeUser, async ({ params, principal }) => {
    const { organization } = principal;
    const present = directory.user(organization, params.id);
    if (!present) return NOT_FOUND;
    const refused = removalProblem(deps.granting, principal, present.data);
    if (refused) return refused;
    const { roles } = present.data;
    const place = await placeOf(organization, params.id, roles, []);
    if (isProblem(place)) return place;
    const handled = await users.handle(
      streamName('user', `${organization}:${params.id}`),
      { kind: 'remove', seen: seenBy(principal, roles, []), ...place, by: actorOf(principal) },
      edgeMetadata(service, { organization }),
    );
    return answeredEverywhere(handled, deps.reached, async () => {
      const left = await deps.endInvitations(organization, params.id, actorOf(principal));
      return left ?? { status: 204 };
    });
  });

  mount(app, routes.getUser, async ({ params, principal }) => {
    const entry = directory.user(principal.organization, params.id);
    return entry ? { status: 200, body: await view(entry) } : NOT_FOUND;
  });

  mount(app, routes.listUsers, async ({ query, principal }) => {
    const found = await page(
      directory.users(principal.organization),
      query,
      (entry) => entry.data.user_id,
      view,
    );
    return isProblem(found) ? found : { status: 200, body: found };
  });
}

/** A user as answers show them. */
export function createUserView(sealer: Sealer): (entry: Entry<UserRegistered>) => Promise<UserView> {
  return async (entry) => ({
    id: entry.data.user_id,
    display_name: await openText(sealer, entry.message, 'display_name'),
    roles: entry.data.roles,
    approval_level: entry.data.approval_level,
    trust_score: entry.data.trust_score,
    created_at: entry.createdAt,
    updated_at: entry.message.time,
  });
}
