import type { UserRegistered } from '@countersign/contracts';
import { problem, routes, type User as UserView } from '@countersign/contracts';
import { type Directory, type Entry, FIRST_ORGANIZATION, ownsInstallation } from '@countersign/directory';
import { streamName } from '@countersign/event-sourcing';
import { type CommandHandler, createKeyedQueue } from '@countersign/event-store';
import { mount } from '@countersign/http';
import type { Sealer } from '@countersign/sealing';
import {
  actorOf,
  answered,
  edgeMetadata,
  page,
  personal,
  type ServiceDependencies,
} from '@countersign/service';
import type { FastifyInstance } from 'fastify';
import type { TakeSeat } from '../admission/seat.ts';
import { openText } from '../display-name.ts';
import type { EndInvitations } from '../invitation/end.ts';
import type { ReachedEverywhere } from '../killswitch/reached-everywhere.ts';
import type { User, UserCommand, UserRejection } from './decide.ts';
import type { Granting } from './granting.ts';
import { changeProblem, removalProblem, rolesProblem } from './refusal.ts';

interface UserRouteDependencies {
  readonly service: ServiceDependencies;
  readonly users: CommandHandler<User, UserCommand, UserRejection>;
  readonly directory: Directory;
  /** Whether an owner of the installation has a key in force, besides this user. */
  readonly ownerReachable: (besides: string) => boolean;
  readonly granting: Granting;
  readonly takeSeat: TakeSeat;
  readonly endInvitations: EndInvitations;
  readonly reached: ReachedEverywhere;
}

const LAST_OWNER = problem('invalid_request', 'the installation would be left without an owner', {
  errors: [
    {
      pointer: '/roles',
      detail: 'must hold owner: no other user with a key in force does; give one the role and a key first',
    },
  ],
});

const NOT_FOUND = problem('not_found', 'there is no such user');

/** Serves users: commands write them, the directory shows them. */
export function userRoutes(app: FastifyInstance, deps: UserRouteDependencies): void {
  const { service, users, directory } = deps;
  const { sealer, disclose } = service;

  const view = createUserView(sealer);
  const queue = createKeyedQueue();

  /** Changes of owners of the installation are made one after another: each looks who is left of them by what is known then. */
  const inTurn = <T>(organization: string, id: string, change: () => Promise<T>): Promise<T> => {
    const roles = directory.user(organization, id)?.data.roles ?? [];
    const isOwner = organization === FIRST_ORGANIZATION && ownsInstallation(roles);
    return isOwner ? queue(organization, change) : change();
  };

  mount(app, routes.putUser, ({ params, body, principal }) =>
    inTurn(principal.organization, params.id, async () => {
      const { organization } = principal;
      const present = directory.user(organization, params.id);
      const wrong = rolesProblem(directory.roleRights(), organization, body.roles, present?.data);
      if (wrong) return wrong;
      const strands = organization === FIRST_ORGANIZATION && !ownsInstallation(body.roles);
      if (strands && !deps.ownerReachable(params.id)) return LAST_OWNER;
      const refused = changeProblem(deps.granting, principal, present?.data, body);
      if (refused) return refused;
      const full = await deps.takeSeat(organization, params.id);
      if (full) return full;
      const name = body.display_name ?? null;
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
          seen: deps.granting.holdsEverything(principal) ? null : (present?.data.roles ?? []),
          sameName:
            present !== undefined && (await openText(sealer, present.message, 'display_name')) === name,
          by: actorOf(principal),
          personal: personal(params.id, disclose('display_name', name)),
        },
        edgeMetadata(service, { organization }),
      );
      return answered(handled, async ({ events, position }) => {
        const late =
          (await deps.reached(position)) ??
          (await deps.endInvitations(organization, params.id, actorOf(principal)));
        if (late) return late;
        const entry = directory.user(organization, params.id);
        if (!entry) return NOT_FOUND;
        const body = await view(entry);
        return events[0]?.type === 'user-registered.v1' ? { status: 201, body } : { status: 200, body };
      });
    }),
  );

  mount(app, routes.removeUser, ({ params, principal }) =>
    inTurn(principal.organization, params.id, async () => {
      const { organization } = principal;
      const present = directory.user(organization, params.id);
      if (!present) return NOT_FOUND;
      const refused = removalProblem(deps.granting, principal, present.data);
      if (refused) return refused;
      const strands = organization === FIRST_ORGANIZATION && ownsInstallation(present.data.roles);
      if (strands && !deps.ownerReachable(params.id)) return LAST_OWNER;
      const handled = await users.handle(
        streamName('user', `${organization}:${params.id}`),
        {
          kind: 'remove',
          seen: deps.granting.holdsEverything(principal) ? null : present.data.roles,
          by: actorOf(principal),
        },
        edgeMetadata(service, { organization }),
      );
      return answered(handled, async ({ position }) => {
        const late =
          (await deps.reached(position)) ??
          (await deps.endInvitations(organization, params.id, actorOf(principal)));
        return late ?? { status: 204 };
      });
    }),
  );

  mount(app, routes.getUser, async ({ params, principal }) => {
    const entry = directory.user(principal.organization, params.id);
    return entry ? { status: 200, body: await view(entry) } : NOT_FOUND;
  });

  mount(app, routes.listUsers, async ({ query, principal }) => {
    const found = page(directory.users(principal.organization), query, (entry) => entry.data.user_id, view);
    return { status: 200, body: { items: await Promise.all(found.items), next: found.next } };
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
