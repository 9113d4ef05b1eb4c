import { type AclPrincipal, type AclState, isCreator, isLive } from './acl.ts';
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

/** What somebody holds on a resource, and until when (`null` for good). */
export interface Held {
  readonly level: Level | null;
  readonly until: string | null;
}

/** What a granter holds at a moment, and how long at least at this level. */
export function heldBy(acl: AclState, granter: Granter, atMs: number): Held {
  const { principal, groups, fallback } = granter;
  if (granter.administersAll || isCreator(acl, principal)) return { level: 'admin', until: null };
  const named = [principal, ...groups.map((id): AclPrincipal => ({ kind: 'group', id }))];
  const entries = named.flatMap((one) => liveEntriesOf(acl, one, atMs));
  if (entries.length === 0 && acl.defaultPolicy === null) return fallback;
  const level = effectiveLevel(acl, principal, groups, atMs, fallback.level);
  if (level === null) return { level, until: null };
  const ends = entries.filter((entry) => includesLevel(entry.level, level)).map((entry) => entry.expiresAt);
  return { level, until: latest(ends) };
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
