import {
  type AclEntry,
  type AclPrincipal,
  type AclState,
  type Delegable,
  isCreator,
  principalKey,
} from './acl.ts';
import { liveEntriesOf } from './effective-level.ts';
import { endWithin, type Granter, heldBy } from './granting.ts';
import { includesLevel, type Level } from './level.ts';

/** What somebody wants to hand on. */
export interface Delegation {
  readonly to: AclPrincipal;
  readonly level: Level;
  /** How often it may be handed on from there; left out: as often as the delegator may, less this once. */
  readonly maxDepth?: number | null | undefined;
  /** Left out: as long as the delegator holds it. */
  readonly expiresAt?: string | null | undefined;
}

/** What is handed on: of an entry, or (`parent` null) of the creator's own right. */
export type Delegated = Pick<AclEntry, 'level' | 'delegable' | 'parent' | 'expiresAt'>;

/** Why nothing is handed on. */
export type DelegationRefusal =
  | 'not_held'
  | 'not_delegable'
  | 'not_to_them'
  | 'too_much'
  | 'too_deep'
  | 'beyond_own_end'
  | 'to_oneself'
  | 'already_delegated';

/**
 * What a delegation comes to: the same or less than its delegator holds, for the same time or less, handed on less often,
 * and from there to nobody else and no more than from here.
 * Only what an entry grants to the delegator by name can be handed on: who belongs to a group may leave it.
 */
export function delegate(
  acl: AclState,
  by: Granter,
  wanted: Delegation,
  atMs: number,
): Delegated | DelegationRefusal {
  const root = { parent: null, level: 'admin', delegable: { maxDepth: null }, expiresAt: null } as const;
  const isRoot = by.administersAll || isCreator(acl, by.principal);
  const sources = isRoot ? [root] : liveEntriesOf(acl, by.principal, atMs).map(asSource);
  return handedOn(acl, by, sources, wanted, atMs);
}

/** An entry as what something is handed on from. */
export function asSource(entry: AclEntry): Delegated {
  return { ...entry, parent: entry.id };
}

/** What is handed on of one of several rights. */
export function handedOn(
  acl: AclState,
  by: Granter,
  sources: readonly Delegated[],
  wanted: Delegation,
  atMs: number,
): Delegated | DelegationRefusal {
  if (principalKey(by.principal) === principalKey(wanted.to)) return 'to_oneself';
  // A source that refuses least serves: who holds two rights may hand on either.
  const outcomes = sources.map((source) => attenuated(acl, source, wanted, atMs));
  const granted = outcomes.find((outcome) => typeof outcome !== 'string');
  if (granted !== undefined) return granted;
  if (outcomes.length > 0) return leastRefusal(outcomes as DelegationRefusal[]);
  return includesLevel(heldBy(acl, by, atMs).level, wanted.level) ? 'not_delegable' : 'not_held';
}

/** From what fails first to what fails last. */
const ORDER: readonly DelegationRefusal[] = [
  'not_held',
  'not_delegable',
  'not_to_them',
  'too_much',
  'too_deep',
  'beyond_own_end',
  'already_delegated',
];

function leastRefusal(refusals: readonly DelegationRefusal[]): DelegationRefusal {
  return ORDER[Math.max(...refusals.map((one) => ORDER.indexOf(one)))] ?? 'not_held';
}

function attenuated(
  acl: AclState,
  source: Delegated,
  wanted: Delegation,
  atMs: number,
): Delegated | DelegationRefusal {
  if (!includesLevel(source.level, wanted.level)) return 'not_held';
  if (source.delegable === null) return 'not_delegable';
  const { to, level } = source.delegable;
  if (to !== undefined && !(wanted.to.kind === 'agent' && to.includes(wanted.to.id))) return 'not_to_them';
  if (level !== undefined && !includesLevel(level, wanted.level)) return 'too_much';
  const most = source.delegable.maxDepth === null ? null : source.delegable.maxDepth - 1;
  const depth = wanted.maxDepth === undefined ? most : wanted.maxDepth;
  if (most !== null && (depth === null || depth > most)) return 'too_deep';
  const end = endWithin(wanted.expiresAt, source.expiresAt);
  if (!end) return 'beyond_own_end';
  const present = liveEntriesOf(acl, wanted.to, atMs);
  if (present.some((entry) => entry.parent === source.parent)) return 'already_delegated';
  return {
    level: wanted.level,
    delegable: delegableFor({ ...source.delegable, maxDepth: depth }),
    parent: source.parent,
    ...end,
  };
}

/** A depth of 0 is no right to hand on. Whom it may be handed on to has one order, so that the same is equal. */
export function delegableFor({ maxDepth, to, level }: Delegable): Delegable | null {
  if (maxDepth === 0) return null;
  return {
    maxDepth,
    ...(to === undefined ? {} : { to: [...new Set(to)].sort() }),
    ...(level === undefined ? {} : { level }),
  };
}

/** Whether two rights to hand on are one and the same. */
export function isSameDelegable(one: Delegable | null, other: Delegable | null): boolean {
  return JSON.stringify(one && delegableFor(one)) === JSON.stringify(other && delegableFor(other));
}
