import { type AclEntry, type AclPrincipal, type AclState, isCreator, isLive } from './acl.ts';
import { effectiveLevel, liveEntriesOf } from './effective-level.ts';
import { includesLevel, type Level } from './level.ts';

/** Who changes a list, with what is known of them beside it. */
export interface Granter {
  readonly principal: AclPrincipal;
  readonly groups: readonly string[];
  /** What holds for them where the list leaves it open, and until when. */
  readonly fallback: Held;
  /** Administers every list of the organization, by a role. */
  readonly administersAll: boolean;
}

/** What somebody holds on a resource, until when (`null` for good), and whether only because it was delegated. */
export interface Held {
  readonly level: Level | null;
  readonly until: string | null;
  readonly delegated: boolean;
}

/** Of somebody whom nothing lets in. */
export const NOTHING_HELD: Held = { level: null, until: null, delegated: false };

/**
 * What a granter holds at a moment, and how long at least at this level. What they have of their own says how long, where
 * there is any: what was delegated to them beside it ends with what it came from, whatever end it names.
 */
export function heldBy(acl: AclState, granter: Granter, atMs: number): Held {
  const { principal, groups, fallback } = granter;
  if (granter.administersAll || isCreator(acl, principal)) return { ...NOTHING_HELD, level: 'admin' };
  const entries = entriesNaming(acl, granter, atMs);
  if (entries.length === 0 && acl.defaultPolicy === null) return fallback;
  const level = effectiveLevel(acl, principal, groups, atMs, fallback.level);
  if (level === null) return NOTHING_HELD;
  const holding = entries.filter((entry) => includesLevel(entry.level, level));
  const own = holding.filter(({ parent }) => parent === null);
  const delegated = holding.length > 0 && own.length === 0;
  return { level, until: latest((delegated ? holding : own).map(({ expiresAt }) => expiresAt)), delegated };
}

/** The live entries that name a granter, themselves or by a group. */
export function entriesNaming(
  acl: AclState,
  { principal, groups }: Pick<Granter, 'principal' | 'groups'>,
  atMs: number,
): readonly AclEntry[] {
  const named = [principal, ...groups.map((id): AclPrincipal => ({ kind: 'group', id }))];
  return named.flatMap((one) => liveEntriesOf(acl, one, atMs));
}

/** Until when a right may be given by somebody who holds it until `until`; `null` if what is wanted is longer. */
export function endWithin(
  wanted: string | null | undefined,
  until: string | null,
): { readonly expiresAt: string | null } | null {
  if (wanted === undefined || wanted === null) return { expiresAt: until };
  if (until !== null && Date.parse(wanted) > Date.parse(until)) return null;
  return { expiresAt: wanted };
}

/** Whether a moment is still to come. */
export function isAhead(moment: string | null | undefined, atMs: number): boolean {
  return isLive({ expiresAt: moment ?? null }, atMs);
}

/** The latest of several ends; one that never comes is later than all. */
function latest(ends: readonly (string | null)[]): string | null {
  if (ends.includes(null)) return null;
  return ends.reduce((one, other) => ((other ?? '') > (one ?? '') ? other : one), null);
}
