import type { AclEntry, AclPrincipal, AclState } from './acl.ts';
import { asSource, type Delegated, type DelegationRefusal, delegableFor, handedOn } from './delegation.ts';
import { liveEntriesOf } from './effective-level.ts';
import { endWithin, entriesNaming, type Granter, heldBy } from './granting.ts';
import { includesLevel, type Level } from './level.ts';

/** What somebody is to be given. */
export interface Gift {
  readonly to: AclPrincipal;
  readonly level: Level;
  readonly delegable: AclEntry['delegable'];
  /** Left out: for as long as who gives it may. */
  readonly expiresAt: string | null | undefined;
}

/**
 * Why nothing is given; `delegated_above`: what the giver has was delegated to them in the namespace's list, and no entry
 * ends with one of another list.
 */
export type GiftRefusal = DelegationRefusal | 'not_administering' | 'delegated_above';

/**
 * What an administrator gives; its end is theirs where theirs comes first. Of one whose right was delegated, to them or to
 * a group of theirs, it comes from that right, which must be among what stays.
 */
export function given(
  acl: AclState,
  by: Granter,
  gift: Gift,
  atMs: number,
  staying: readonly AclEntry[] = acl.entries,
): Delegated | GiftRefusal {
  const held = heldBy(acl, by, atMs);
  if (!includesLevel(held.level, 'admin')) return 'not_administering';
  if (!held.delegated) return ofOneself(gift, held.until);
  if (entriesNaming(acl, by, atMs).length === 0) return 'delegated_above';
  const left = { ...acl, entries: staying };
  const administering = entriesNaming(left, by, atMs).filter(({ level }) => level === 'admin');
  const sources = new Set([...liveEntriesOf(left, by.principal, atMs), ...administering]);
  const { to, level, delegable, expiresAt } = gift;
  const wanted = { to, level, maxDepth: delegable === null ? 0 : delegable.maxDepth, expiresAt };
  const outcome = handedOn(left, by, [...sources].map(asSource), wanted, atMs);
  return typeof outcome === 'string'
    ? outcome
    : { ...outcome, delegable: narrowed(outcome.delegable, delegable) };
}

/**
 * What somebody gives whom the administrators let answer requests: no more than they hold, not to be handed on, and for no
 * longer. Where that was delegated to them, it ends with the entry that they have it by.
 */
export function givenByApprover(
  acl: AclState,
  by: Granter,
  gift: Omit<Gift, 'delegable'>,
  atMs: number,
): Delegated | GiftRefusal {
  const held = heldBy(acl, by, atMs);
  if (!includesLevel(held.level, gift.level)) return 'not_held';
  const own = ofOneself({ ...gift, delegable: null }, held.until);
  if (typeof own === 'string' || !held.delegated) return own;
  // The one of their entries that holds longest holds as long as they do.
  const from = entriesNaming(acl, by, atMs).find(
    ({ level, expiresAt }) => level === held.level && expiresAt === held.until,
  );
  return from ? { ...own, parent: from.id } : 'delegated_above';
}

function ofOneself({ level, delegable, expiresAt }: Gift, until: string | null): Delegated | GiftRefusal {
  const end = endWithin(expiresAt, until);
  return end ? { level, delegable, parent: null, ...end } : 'beyond_own_end';
}

/** What may be handed on by both: to whom both name, and as much as both allow. */
function narrowed(own: AclEntry['delegable'], wanted: AclEntry['delegable']): AclEntry['delegable'] {
  if (own === null || wanted === null) return null;
  const to = own.to && wanted.to ? wanted.to.filter((id) => own.to?.includes(id)) : (wanted.to ?? own.to);
  const isLess = wanted.level !== undefined && includesLevel(own.level ?? 'admin', wanted.level);
  return delegableFor({ maxDepth: own.maxDepth, to, level: isLess ? wanted.level : own.level });
}

/** A refusal in words. */
export function refusedGift(refusal: GiftRefusal, { to, level }: Pick<Gift, 'to' | 'level'>): string {
  switch (refusal) {
    case 'not_administering':
      return 'the caller does not administer this';
    case 'delegated_above':
      return 'what the caller holds here was delegated in the list of the namespace: it is given on there';
    case 'to_oneself':
      return 'nobody delegates to oneself';
    case 'already_delegated':
      return 'this is delegated to them already: revoke it first';
    case 'not_held':
      return `nobody grants more than they hold; ${level} is more`;
    case 'not_delegable':
      return 'what the caller holds may not be delegated';
    case 'not_to_them':
      return `what the caller holds may not be delegated to ${to.id}`;
    case 'too_much':
      return `the caller may not delegate as much as ${level}`;
    case 'too_deep':
      return 'it may not be delegated as often as that: max_depth is too great';
    case 'beyond_own_end':
      return 'nobody grants for longer than they hold it: expires_at is too late';
  }
}
