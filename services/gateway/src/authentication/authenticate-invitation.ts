import { isSecretOf, readInvitationToken } from '@countersign/access';
import type { Directory } from '@countersign/directory';
import type { Authenticated, RequestTarget } from '@countersign/http';

/**
 * Says whom an invitation's token is good for: who is invited, and for accepting it alone. `undefined` if the text is none,
 * which may be another credential.
 */
export function createAuthenticateInvitation(
  directory: Pick<Directory, 'invitation'>,
): (bearer: string, target: RequestTarget) => Authenticated | undefined {
  return (bearer, { method, url }) => {
    const given = readInvitationToken(bearer);
    if (given === null) return undefined;
    const entry = directory.invitation(given.id);
    if (!entry || !isSecretOf(given.secret, entry.data.hash)) return null;
    const isAccepting = method === 'POST' && url === `/v1/invitations/${entry.id}/accept`;
    if (!isAccepting) return null;
    const { organization, data } = entry;
    return { kind: 'user', id: data.user_id, organization, keyId: entry.id };
  };
}
