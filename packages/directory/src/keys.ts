import { covers, isSame, type Principal, type RoleAssignment } from '@countersign/access';
import type { ApiKeyCreated, ApiKeyRotated, UserRegistered } from '@countersign/contracts';
import type { Message } from '@countersign/message-bus';
import type { Directory } from './directory.ts';
import { hasFlag, type KnownPlans } from './plan-flags.ts';

/** A key as the events tell; its name can be opened from the creating event. */
export interface KeyEntry {
  readonly id: string;
  readonly organization: string;
  readonly data: ApiKeyCreated;
  readonly created: Message;
  /** When the key, or the membership of its holder, was ended. */
  readonly revokedAt: string | null;
  /** Until when it is good; `null`: for ever. A key that was rotated ends before it would have. */
  readonly expiresAt: string | null;
  /** The key that took its place. */
  readonly successor: string | null;
}

/** All keys, folded from control events. */
export interface Keys {
  get(id: string): KeyEntry | undefined;
  /** Sorted by id, which is the order of their making. */
  list(organization: string): KeyEntry[];
  apply(message: Message): void;
}

/** What keys are folded from. */
export const KEY_TYPES = [
  'apikey.created',
  'apikey.rotated',
  'apikey.revoked',
  'user.registered',
  'user.removed',
] as const;

/** Empty; the keys of a removed user are revoked with them. */
export function createKeys(): Keys {
  const keys = new Map<string, KeyEntry>();
  /** Users that are none any more: a key that was made for one at the same moment is good for nobody. */
  const removed = new Set<string>();
  const userOf = (organization: string, id: string) => `${organization}:${id}`;
  const holderOf = ({ organization, data: { principal } }: KeyEntry) =>
    principal.kind === 'user' ? userOf(organization, principal.id) : null;

  return {
    get: (id) => keys.get(id),
    list: (organization) =>
      [...keys.values()]
        .filter((key) => key.organization === organization)
        .sort((a, b) => (a.id < b.id ? -1 : 1)),
    apply(message) {
      const { organization, time } = message;
      const data = message.data as unknown as ApiKeyCreated & ApiKeyRotated & UserRegistered;
      const known = keys.get(data.key_id);
      switch (message.type) {
        case 'apikey.created': {
          if (known) return;
          const { key_id: id, expires_at: expiresAt } = data;
          const key = {
            id,
            organization,
            data,
            created: message,
            revokedAt: null,
            expiresAt,
            successor: null,
          };
          const isLate = removed.has(holderOf(key) ?? '');
          keys.set(id, isLate ? { ...key, revokedAt: time } : key);
          return;
        }
        case 'apikey.rotated': {
          if (!known) return;
          const { successor, valid_until: until } = data;
          const { expiresAt } = known;
          const isSooner = expiresAt === null || Date.parse(until) < Date.parse(expiresAt);
          keys.set(known.id, { ...known, successor, expiresAt: isSooner ? until : expiresAt });
          return;
        }
        case 'apikey.revoked':
          if (known) keys.set(known.id, { ...known, revokedAt: known.revokedAt ?? time });
          return;
        case 'user.registered':
          removed.delete(userOf(organization, data.user_id));
          return;
        case 'user.removed': {
          const user = userOf(organization, data.user_id);
          removed.add(user);
          for (const key of keys.values())
            if (holderOf(key) === user && key.revokedAt === null)
              keys.set(key.id, { ...key, revokedAt: time });
        }
      }
    },
  };
}

/** Organization that the first start creates: whoever owns it owns the installation. */
export const FIRST_ORGANIZATION = 'default';

/** Whether a key is good for anybody: neither revoked nor expired. */
export function isKeyInForce({ revokedAt, expiresAt }: KeyEntry, nowMs: number): boolean {
  return revokedAt === null && (expiresAt === null || Date.parse(expiresAt) > nowMs);
}

/** Whether a key's holder owns the installation. */
export function isInstallationOwner(key: KeyEntry, directory: Directory): boolean {
  if (key.organization !== FIRST_ORGANIZATION || key.data.principal.kind !== 'user') return false;
  return ownsInstallation(directory.user(FIRST_ORGANIZATION, key.data.principal.id)?.data.roles ?? []);
}

/** Whether these roles, in the first organization, make their holder an owner of the installation. */
export function ownsInstallation(roles: readonly RoleAssignment[]): boolean {
  // Whatever the catalog in force says: nobody can redefine `owner`. Roles that are recorded wrongly own nothing.
  return (
    Array.isArray(roles) &&
    roles.some(({ scope, role }) => role === 'owner' && covers(scope, { organization: FIRST_ORGANIZATION }))
  );
}

/**
 * Whether who was let in with a key would be let in with it now, as whom they were. What the principal may do is asked
 * apart from it.
 */
export function isPrincipalInForce(
  principal: Principal,
  known: KnownPlans & { readonly keys: Keys; readonly directory: Directory },
  nowMs: number,
): boolean {
  if (principal.until !== undefined) return Date.parse(principal.until) > nowMs && isMember(principal, known);
  const key = known.keys.get(principal.keyId);
  if (!key || !isKeyInForce(key, nowMs) || !isSame(key.data.principal, principal)) return false;
  // The owner of the installation may have named another organization than the key's.
  if (principal.installationOwner) return isInstallationOwner(key, known.directory);
  return key.organization === principal.organization;
}

/** When what a principal was let in with ends by itself, in ms, as far as that is known; null: never. */
export function principalEndsAt({ until, keyId }: Principal, keys: Keys): number | null {
  const end = until ?? keys.get(keyId)?.expiresAt ?? null;
  return end === null ? null : Date.parse(end);
}

/** Whether who signed in with a token is still who they were then, and would still get in with it. */
function isMember(
  { kind, id, organization, installationOwner }: Principal,
  known: KnownPlans & { readonly directory: Directory },
): boolean {
  // The owner of the installation may have named another organization than their own.
  if (kind !== 'user' || !hasFlag(known, installationOwner ? FIRST_ORGANIZATION : organization, 'sso'))
    return false;
  const { directory } = known;
  return installationOwner
    ? ownsInstallation(directory.user(FIRST_ORGANIZATION, id)?.data.roles ?? [])
    : directory.user(organization, id) !== undefined;
}
