import { covers, isSame, type Principal, type RoleAssignment } from '@countersign/access';
import type { ApiKeyCreated } from '@countersign/contracts';
import type { Message } from '@countersign/message-bus';
import type { Directory } from './directory.ts';

/** A key as the events tell; its name can be opened from the creating event. */
export interface KeyEntry {
  readonly id: string;
  readonly organization: string;
  readonly data: ApiKeyCreated;
  readonly created: Message;
  readonly revokedAt: string | null;
}

/** All keys, folded from control events. */
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

/** Organization that the first start creates: whoever owns it owns the installation. */
export const FIRST_ORGANIZATION = 'default';

/** Whether a key is good for anybody: neither revoked nor expired. */
export function isKeyInForce({ revokedAt, data }: KeyEntry, nowMs: number): boolean {
  return revokedAt === null && (data.expires_at === null || Date.parse(data.expires_at) > nowMs);
}

/** Whether a key's holder owns the installation. */
export function isInstallationOwner(key: KeyEntry, directory: Directory): boolean {
  if (key.organization !== FIRST_ORGANIZATION || key.data.principal.kind !== 'user') return false;
  return ownsInstallation(directory.user(FIRST_ORGANIZATION, key.data.principal.id)?.data.roles ?? []);
}

/** Whether these roles, in the first organization, make their holder an owner of the installation. */
export function ownsInstallation(roles: readonly RoleAssignment[]): boolean {
  // Whatever the catalog in force says: nobody can redefine `owner`.
  return roles.some(
    ({ scope, role }) => role === 'owner' && covers(scope, { organization: FIRST_ORGANIZATION }),
  );
}

/**
 * Whether who was let in with a key would be let in with it now, as whom they were. What the principal may do is asked
 * apart from it.
 */
export function isPrincipalInForce(
  principal: Principal,
  known: { readonly keys: Keys; readonly directory: Directory },
  nowMs: number,
): boolean {
  const key = known.keys.get(principal.keyId);
  if (!key || !isKeyInForce(key, nowMs) || !isSame(key.data.principal, principal)) return false;
  // The owner of the installation may have named another organization than the key's.
  if (principal.installationOwner) return isInstallationOwner(key, known.directory);
  return key.organization === principal.organization;
}
