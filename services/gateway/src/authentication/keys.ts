import { grantedAt, isSecretOf, type Principal, type RoleAssignment, readApiKey } from '@countersign/access';
import { type ApiKeyCreated, problem } from '@countersign/contracts';
import type { Directory } from '@countersign/directory';
import type { Authenticate } from '@countersign/http';
import type { Message } from '@countersign/message-bus';
import type { Clock } from '@countersign/service';

/** A key as the events tell; its name can be opened from the creating event. */
export interface KeyEntry {
  readonly id: string;
  readonly organization: string;
  readonly data: ApiKeyCreated;
  readonly created: Message;
  readonly revokedAt: string | null;
}

/** All keys, for authentication from memory. */
export interface Keys {
  get(id: string): KeyEntry | undefined;
  /** Sorted by id, which is the order of their making. */
  list(organization: string): KeyEntry[];
  apply(message: Message): void;
}

export function createKeys(): Keys {
  const keys = new Map<string, KeyEntry>();
  return {
    get: (id) => keys.get(id),
    list: (organization) =>
      [...keys.values()]
        .filter((key) => key.organization === organization)
        .sort((a, b) => (a.id < b.id ? -1 : 1)),
    apply(message) {
      const data = message.data as unknown as ApiKeyCreated;
      const known = keys.get(data.key_id);
      if (message.type === 'apikey.created' && !known) {
        const { organization } = message;
        keys.set(data.key_id, { id: data.key_id, organization, data, created: message, revokedAt: null });
      }
      if (message.type === 'apikey.revoked' && known)
        keys.set(data.key_id, { ...known, revokedAt: message.time });
    },
  };
}

/** Organization and user that the first start creates: whoever owns that organization owns the installation. */
export const FIRST_ORGANIZATION = 'default';
export const FIRST_USER = 'owner';

/** Says who holds a key. Expired and revoked keys are nobody's. */
export function createAuthenticate(keys: Keys, directory: Directory, clock: Clock): Authenticate {
  return (bearer, headers) => {
    const given = readApiKey(bearer);
    const key = given && keys.get(given.id);
    if (!given || !key || !isSecretOf(given.secret, key.data.hash)) return null;
    if (!isInForce(key, clock)) return null;
    const principal: Principal = {
      ...key.data.principal,
      organization: key.organization,
      keyId: key.id,
      ...(isInstallationOwner(key, directory) ? { installationOwner: true } : {}),
    };
    const named = headers['countersign-organization'];
    if (named === undefined || named === principal.organization) return principal;
    if (!principal.installationOwner) {
      return problem('forbidden', "only the installation's owner may name another organization", {
        required_permission: 'manage_organizations',
      });
    }
    const organization = directory.organization(String(named));
    if (!organization) return problem('not_found', 'Countersign-Organization names no organization');
    return { ...principal, organization: organization.data.organization_id };
  };
}

function isInForce({ revokedAt, data }: KeyEntry, clock: Clock): boolean {
  return revokedAt === null && (data.expires_at === null || Date.parse(data.expires_at) > clock.nowMs());
}

/** Whether anybody who owns the installation can still say so; `besides`: if it were not for this user. */
export function isOwnerReachable(keys: Keys, directory: Directory, clock: Clock, besides?: string): boolean {
  return keys
    .list(FIRST_ORGANIZATION)
    .some(
      (key) =>
        key.data.principal.id !== besides && isInForce(key, clock) && isInstallationOwner(key, directory),
    );
}

function isInstallationOwner(key: KeyEntry, directory: Directory): boolean {
  if (key.organization !== FIRST_ORGANIZATION || key.data.principal.kind !== 'user') return false;
  return ownsInstallation(directory.user(FIRST_ORGANIZATION, key.data.principal.id)?.data.roles ?? []);
}

/** Whether these roles, in the first organization, make their holder an owner of the installation. */
export function ownsInstallation(roles: readonly RoleAssignment[]): boolean {
  const owning = roles.filter(({ role }) => role === 'owner');
  return grantedAt(owning, { organization: FIRST_ORGANIZATION }, 'manage_keys');
}
