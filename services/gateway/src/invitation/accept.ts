import type { Principal } from '@countersign/access';
import { type AcceptAnswer, type Problem, problem } from '@countersign/contracts';
import type { Directory, InvitationEntry, Keys } from '@countersign/directory';
import { streamName } from '@countersign/event-sourcing';
import type { CommandHandler } from '@countersign/event-store';
import { answered, edgeMetadata, personal, type ServiceDependencies } from '@countersign/service';
import type { MakeKey } from '../apikey/make-key.ts';
import { createKeyView } from '../apikey/routes.ts';
import { answeredEverywhere, type ReachedEverywhere } from '../killswitch/reached-everywhere.ts';
import type { User, UserCommand, UserRejection } from '../user/decide.ts';
import type { Granting } from '../user/granting.ts';
import { NEW_USER } from '../user/refusal.ts';
import { createUserView } from '../user/routes.ts';
import type { Invitation, InvitationCommand, InvitationRejection } from './decide.ts';

interface AcceptDependencies {
  readonly service: ServiceDependencies;
  readonly invitations: CommandHandler<Invitation, InvitationCommand, InvitationRejection>;
  readonly users: CommandHandler<User, UserCommand, UserRejection>;
  readonly makeKey: MakeKey;
  readonly directory: Directory;
  readonly keys: Keys;
  readonly granting: Granting;
  readonly reached: ReachedEverywhere;
}

/** Makes a user of who accepts; who came with the invitation's token gets a key. */
export type AcceptInvitation = (
  entry: InvitationEntry,
  principal: Principal,
  keyName: string | null,
) => Promise<AcceptAnswer | Problem>;

const NOT_THEIRS = problem('not_found', 'there is no such invitation for the caller');
const NO_LONGER_GIVEN = problem('void', 'who has invited may not give these roles any more');
const IS_CLAIMED = problem(
  'void',
  'access lists, access reviews or policies name who is invited since then: who holds every permission of the organization invites them anew, or they sign in with the issuer',
);
const OVER = problem('void', 'who is invited was a user since then; ask to be invited anew');
const isUser = (id: string) => problem('void', `${id} is a user already`);
const NOT_SHOWN = problem('unavailable', 'the user is registered and can not be shown yet');

/** Uses the invitation up before it makes the user: of two with one token, one gets a key. */
export function createAcceptInvitation(deps: AcceptDependencies): AcceptInvitation {
  const { service, directory } = deps;
  const view = createUserView(service.sealer);
  const viewKey = createKeyView(service.sealer);

  /** Of who was a user since they were invited: whether they come back is for who invites them anew. */
  const isOver = (entry: InvitationEntry): boolean =>
    (entry.state === 'pending' || entry.state === 'accepted') && !directory.keepsSeat(entry);

  /** Who invites is shown the token, and would get with it what the user's id was given since. */
  const isClaim = async ({ id, data }: InvitationEntry, principal: Principal, by: Principal) =>
    principal.keyId === id && (await deps.granting.wouldClaim(by, { kind: 'user', id: data.user_id }));

  /** Uses it up. One whose acceptance was cut off before its user was registered goes on. */
  const use = async ({ id, organization, state }: InvitationEntry): Promise<Problem | null> => {
    if (state === 'accepted') return null;
    const metadata = edgeMetadata(service, { organization });
    const command = { kind: 'accept', time: metadata.time } as const;
    const handled = await deps.invitations.handle(streamName('invitation', id), command, metadata);
    return answeredEverywhere(handled, deps.reached, () => null);
  };

  const register = async ({ organization, data }: InvitationEntry): Promise<Problem | null> => {
    const handled = await deps.users.handle(
      streamName('user', `${organization}:${data.user_id}`),
      {
        kind: 'register',
        registration: { user_id: data.user_id, roles: data.roles, ...NEW_USER },
        seen: [],
        sameName: true,
        onlyNew: true,
        by: data.by,
        personal: personal(data.user_id, service.disclose('display_name', null)),
      },
      edgeMetadata(service, { organization }),
    );
    // Only one of those who come with the same token makes the user, and gets the key.
    return answered(handled, ({ events, position }) =>
      events.length === 0 ? isUser(data.user_id) : deps.reached(position),
    );
  };

  return async (entry, principal, keyName) => {
    const { organization, data } = entry;
    const { user_id: userId, by } = data;
    if (principal.kind !== 'user' || principal.id !== userId) return NOT_THEIRS;
    if (directory.user(organization, userId)) return isUser(userId);
    const inviting =
      by.kind === 'system'
        ? null
        : deps.granting.asNow(organization, { ...by, kind: by.kind }, data.by_installation_owner);
    if (!inviting || !data.roles.every((role) => deps.granting.mayGrant(inviting, role)))
      return NO_LONGER_GIVEN;
    if (await isClaim(entry, principal, inviting)) return IS_CLAIMED;
    if (isOver(entry)) return OVER;
    const unused = await use(entry);
    if (unused) return unused;
    // Somebody may have registered and removed them in the meantime.
    if (isOver(entry)) return OVER;
    const failed = await register(entry);
    if (failed) return failed;
    const user = directory.user(organization, userId);
    if (!user) return NOT_SHOWN;
    if (principal.keyId !== entry.id) return { user: await view(user), key: null };
    const holder = { kind: 'user', id: userId } as const;
    const made = await deps.makeKey({ organization, holder, name: keyName, expiresAt: null, by: holder });
    return answeredEverywhere(made.handled, deps.reached, async () => {
      const key = deps.keys.get(made.id);
      return key ? { user: await view(user), key: { ...(await viewKey(key)), key: made.key } } : NOT_SHOWN;
    });
  };
}
