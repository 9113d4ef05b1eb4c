import { randomBytes } from 'node:crypto';
import { hashSecret, makeInvitationToken, SECRET_BYTES } from '@countersign/access';
import { type Invitation as InvitationView, problem, routes } from '@countersign/contracts';
import type { Directory, InvitationEntry } from '@countersign/directory';
import { streamName } from '@countersign/event-sourcing';
import type { CommandHandler } from '@countersign/event-store';
import { isProblem, judged, mount } from '@countersign/http';
import { actorOf, edgeMetadata, page, personal, type ServiceDependencies } from '@countersign/service';
import type { FastifyInstance } from 'fastify';
import type { TakeSeat } from '../admission/seat.ts';
import { openText } from '../display-name.ts';
import { answeredEverywhere, type ReachedEverywhere } from '../killswitch/reached-everywhere.ts';
import { claimProblem, type Granting } from '../user/granting.ts';
import { changeProblem, rolesErrors } from '../user/refusal.ts';
import type { AcceptInvitation } from './accept.ts';
import type { Invitation, InvitationCommand, InvitationRejection } from './decide.ts';

interface InvitationRouteDependencies {
  readonly service: ServiceDependencies;
  readonly invitations: CommandHandler<Invitation, InvitationCommand, InvitationRejection>;
  readonly accept: AcceptInvitation;
  readonly directory: Directory;
  readonly granting: Granting;
  readonly takeSeat: TakeSeat;
  readonly reached: ReachedEverywhere;
}

const NOT_FOUND = problem('not_found', 'there is no such invitation');

/** Serves invitations: commands write them, the directory shows them. */
export function invitationRoutes(app: FastifyInstance, deps: InvitationRouteDependencies): void {
  const { service, invitations, directory } = deps;
  const { sealer, disclose, ids } = service;

  const view = async ({ id, data, created, state }: InvitationEntry): Promise<InvitationView> => ({
    id,
    user: data.user_id,
    handle: await openText(sealer, created, 'handle'),
    roles: data.roles,
    state,
    created_at: created.time,
    expires_at: data.expires_at,
  });
  const find = (id: string, organization: string): InvitationEntry | undefined => {
    const entry = directory.invitation(id);
    return entry?.organization === organization ? entry : undefined;
  };

  const createInvitation = judged(routes.createInvitation, ({ body, principal }) =>
    rolesErrors(directory.roleRights(), principal.organization, body.roles),
  );

  mount(app, createInvitation, async ({ body, principal }) => {
    const { organization } = principal;
    const beyond = changeProblem(deps.granting, principal, undefined, body);
    if (beyond) return beyond;
    if (directory.user(organization, body.user) || directory.isInvited(organization, body.user))
      return problem('already_exists', `${body.user} is a user, or invited already`);
    // Who invites is shown the token, with which the key is to be had.
    const claimed = await claimProblem(deps.granting, principal, { kind: 'user', id: body.user });
    if (claimed) return claimed;
    const full = await deps.takeSeat(organization, body.user);
    if (full) return full;
    const { text: token, id, secret } = makeInvitationToken(ids.next(), randomBytes(SECRET_BYTES));
    const metadata = edgeMetadata(service, { organization });
    const handled = await invitations.handle(
      streamName('invitation', id),
      {
        kind: 'invite',
        invitation: {
          invitation_id: id,
          user_id: body.user,
          roles: body.roles,
          hash: hashSecret(secret),
          expires_at: new Date(Date.parse(metadata.time) + body.expires_in_ms).toISOString(),
          by: actorOf(principal),
          by_installation_owner: principal.installationOwner === true,
        },
        personal: personal(body.user, disclose('handle', body.handle ?? null)),
      },
      metadata,
    );
    return answeredEverywhere(handled, deps.reached, async () => {
      const entry = find(id, organization);
      return entry ? { status: 201, body: { ...(await view(entry)), token } } : NOT_FOUND;
    });
  });

  mount(app, routes.listInvitations, async ({ query, principal }) => {
    const all = directory
      .invitations(principal.organization)
      .filter(({ state }) => query.state === undefined || state === query.state);
    const found = await page(all, query, ({ id }) => id, view);
    return isProblem(found) ? found : { status: 200, body: found };
  });

  mount(app, routes.getInvitation, async ({ params, principal }) => {
    const entry = find(params.id, principal.organization);
    return entry ? { status: 200, body: await view(entry) } : NOT_FOUND;
  });

  mount(app, routes.revokeInvitation, async ({ params, principal }) => {
    const { organization } = principal;
    if (!find(params.id, organization)) return NOT_FOUND;
    const handled = await invitations.handle(
      streamName('invitation', params.id),
      { kind: 'revoke', by: actorOf(principal) },
      edgeMetadata(service, { organization }),
    );
    return answeredEverywhere(handled, deps.reached, () => ({ status: 204 }));
  });

  mount(app, routes.acceptInvitation, async ({ params, body, principal }) => {
    const entry = find(params.id, principal.organization);
    if (!entry) return NOT_FOUND;
    const accepted = await deps.accept(entry, principal, body.key_name ?? null);
    return isProblem(accepted) ? accepted : { status: 201, body: accepted };
  });
}
