import { type AclEntry, type AclPrincipal, type AclState, isCreator, isLive } from './acl.ts';
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
  return entriesOf(acl, principal).filter((entry) => isLive(entry, atMs));
}

function grantedTo(acl: AclState, principal: AclPrincipal, atMs: number): Level | null {
  let most: Level | null = null;
  for (const entry of entriesOf(acl, principal))
    if (isLive(entry, atMs)) most = greaterLevel(most, entry.level);
  return most;
}

type Index = ReadonlyMap<AclPrincipal['kind'], ReadonlyMap<string, readonly AclEntry[]>>;

/** A list is asked far more often than it changes, and never changes in place. */
const indexes = new WeakMap<readonly AclEntry[], Index>();
const NONE: readonly AclEntry[] = [];

/** By kind and id, so that nobody's name is put together for a question. */
function entriesOf({ entries }: AclState, { kind, id }: AclPrincipal): readonly AclEntry[] {
  let index = indexes.get(entries);
  if (!index) {
    const kinds = Map.groupBy(entries, ({ principal }) => principal.kind);
    index = new Map(
      [...kinds].map(([one, named]) => [one, Map.groupBy(named, (entry) => entry.principal.id)]),
    );
    indexes.set(entries, index);
  }
  return index.get(kind)?.get(id) ?? NONE;
}
