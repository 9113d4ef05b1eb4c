import { type AclEntry, type AclPrincipal, type AclState, isCreator, isLive, principalKey } from './acl.ts';
import { greaterLevel, type Level } from './level.ts';

/**
 * What a principal may do with a resource at a moment: the creator everything; whom live entries name, themselves or by
 * a group, the most that one of these grants; everybody else what the list says of the unlisted.
 * @param groups ids of the groups that the principal belongs to.
 * @param fallback what holds where the list leaves it open: the namespace's answer, the agent's default, or nothing.
 */
export function effectiveLevel(
  acl: AclState,
  principal: AclPrincipal,
  groups: readonly string[],
  atMs: number,
  fallback: Level | null,
): Level | null {
  if (isCreator(acl, principal)) return 'admin';
  let granted = grantedTo(acl, principal, atMs);
  for (const id of groups) granted = greaterLevel(granted, grantedTo(acl, { kind: 'group', id }, atMs));
  if (granted !== null) return granted;
  if (acl.defaultPolicy === null) return fallback;
  return acl.defaultPolicy === 'open' ? acl.defaultLevel : null;
}

/** The live entries that name a principal itself. */
export function liveEntriesOf(acl: AclState, principal: AclPrincipal, atMs: number): readonly AclEntry[] {
  return (entriesByPrincipal(acl).get(principalKey(principal)) ?? []).filter((entry) => isLive(entry, atMs));
}

function grantedTo(acl: AclState, principal: AclPrincipal, atMs: number): Level | null {
  let most: Level | null = null;
  for (const entry of entriesByPrincipal(acl).get(principalKey(principal)) ?? [])
    if (isLive(entry, atMs)) most = greaterLevel(most, entry.level);
  return most;
}

/** A list is asked far more often than it changes, and never changes in place. */
const indexes = new WeakMap<readonly AclEntry[], ReadonlyMap<string, readonly AclEntry[]>>();

function entriesByPrincipal({ entries }: AclState): ReadonlyMap<string, readonly AclEntry[]> {
  const known = indexes.get(entries);
  if (known) return known;
  const index = Map.groupBy(entries, ({ principal }) => principalKey(principal));
  indexes.set(entries, index);
  return index;
}
