import {
  type AclEntry,
  type AclState,
  delegate,
  type EndedRecord,
  endWithin,
  type Gift,
  type GiftRefusal,
  type Granter,
  given,
  heldBy,
  includesLevel,
  isAhead,
  isLive,
  isSameDelegable,
  liveEntriesOf,
  MAX_ACL_DELEGATES,
  MAX_ACL_ENTRIES,
  recordOf,
  refusedGift,
  withDelegated,
  withoutGone,
} from '@countersign/access';
import { type Decider, type Rejection, reject } from '@countersign/event-sourcing';
import { type Actor, SYSTEM } from '../policy/events.ts';
import type { AccessCommand, Award, Create, Delegate, Grant, Replace, Revoke, Wanted } from './commands.ts';
import type { AccessEvent } from './events.ts';
import { type Access, evolve, initialState, wasAdded } from './state.ts';

/** Why nothing is decided about an access list. */
export type AccessRejection = 'not_found' | 'forbidden' | 'already_exists' | 'invalid_request';

type Decided = readonly AccessEvent[] | Rejection<AccessRejection>;

function decide(command: AccessCommand, state: Access): Decided {
  const { acl } = state;
  if (command.kind === 'create') return acl ? [] : create(command);
  if (!acl) return reject('not_found', 'there is no such list');
  switch (command.kind) {
    case 'grant':
      return grant(command, withoutGone(acl, command.by.gone));
    case 'delegate':
      return handOn(command, withoutGone(acl, command.by.gone));
    case 'award':
      return wasAdded(state, command.entry.id) ? [] : award(command, acl);
    case 'revoke':
      return revoke(command, withoutGone(acl, command.by.gone));
    case 'replace':
      return replace(command, withoutGone(acl, command.by.gone));
    case 'expire':
      return expire(acl, Date.parse(command.at));
  }
}

function create({ list, by, personal }: Create): Decided {
  const { resource, namespace, creator, defaultPolicy, defaultLevel, entries } = list;
  const terms = {
    default_policy: defaultPolicy,
    default_level: defaultLevel,
    entries: entries.map(recordOf),
  };
  return [{ type: 'acl-created.v1', data: { resource, namespace, creator, ...terms, by }, personal }];
}

/** An administrator lets somebody in, for no longer than they administer themselves. */
function grant({ by, wanted, at, personal }: Grant, acl: AclState): Decided {
  const atMs = Date.parse(at);
  const refused = notAdministering(acl, by, atMs);
  if (refused) return refused;
  if (hasOwnEntry(acl, wanted, atMs))
    return reject('already_exists', 'there is an entry for this principal: revoke it first');
  const entry = entryOf(acl, by, wanted, at);
  return 'rejected' in entry ? entry : granted(acl, entry, actorOf(by), personal);
}

function handOn({ by, id, wanted, at, personal }: Delegate, acl: AclState): Decided {
  const atMs = Date.parse(at);
  if (!isAhead(wanted.expiresAt, atMs)) return inThePast();
  const delegated = delegate(acl, by, wanted, atMs);
  if (typeof delegated === 'string') return refusal(delegated, wanted);
  const entry = { id, principal: wanted.to, ...delegated, grantedBy: by.principal, grantedAt: at };
  return granted(acl, entry, actorOf(by), personal);
}

/** What was decided by somebody whose right is gone since ends before it begins. */
function award({ entry, by, personal }: Award, acl: AclState): Decided {
  const isOrphan = entry.parent !== null && !acl.entries.some(({ id }) => id === entry.parent);
  return isOrphan
    ? reject('forbidden', 'what this was given of has ended')
    : granted(acl, entry, by, personal);
}

function granted(acl: AclState, entry: AclEntry, by: Actor, personal: Grant['personal']): Decided {
  const tooLong = lengthRefusal([...acl.entries, entry]);
  if (tooLong) return tooLong;
  const data = { resource: acl.resource, entry: recordOf(entry), by };
  return [{ type: 'acl-granted.v1', data, personal }];
}

/** An administrator ends any entry; who delegated something, and who holds it, ends that. */
function revoke({ by, entryId, at, personal }: Revoke, acl: AclState): Decided {
  const entry = acl.entries.find(({ id }) => id === entryId);
  const isDelegators = entry !== undefined && entry.parent !== null && isOf(entry.grantedBy, by);
  const refused =
    isDelegators || (entry && isOf(entry.principal, by)) ? null : notAdministering(acl, by, Date.parse(at));
  if (refused) return refused;
  if (!entry) return reject('not_found', 'there is no such entry');
  const ended = endedOf(acl, [entryId]);
  return [{ type: 'acl-revoked.v1', data: { resource: acl.resource, ended, by: actorOf(by) }, personal }];
}

/** Entries that are the same as before stay, with what was delegated from them; all others are new or end. */
function replace({ by, terms, wanted, at, personal }: Replace, acl: AclState): Decided {
  const atMs = Date.parse(at);
  const refused = notAdministering(acl, by, atMs);
  if (refused) return refused;
  const { until, delegated } = heldBy(acl, by, atMs);
  // What everybody has ends with nobody's right: it is for who administers by a right of their own that has no end.
  if ((until !== null || delegated) && opensMore(terms, acl))
    return reject('forbidden', 'who administers for a time or by delegation opens nothing to everybody');
  const kept = new Set<string>();
  const added: AclEntry[] = [];
  const fresh: Wanted[] = [];
  for (const one of wanted) {
    const present = acl.entries.find((entry) => !kept.has(entry.id) && isSameAs(entry, one, until, kept));
    if (present) kept.add(present.id);
    else fresh.push(one);
  }
  const before = acl.entries.filter(({ id }) => kept.has(id));
  for (const one of fresh) {
    if (added.some(({ principal }) => isOf(principal, { principal: one.principal })))
      return reject(
        'invalid_request',
        `${one.principal.kind} ${one.principal.id} has two entries; one is enough`,
      );
    const entry = entryOf(acl, by, one, at, before);
    if ('rejected' in entry) return entry;
    added.push(entry);
  }
  const ended = endedOf(
    acl,
    acl.entries.filter(({ id }) => !kept.has(id)).map(({ id }) => id),
  );
  const isSame = acl.defaultPolicy === terms.defaultPolicy && acl.defaultLevel === terms.defaultLevel;
  if (isSame && added.length === 0 && ended.length === 0) return [];
  const tooLong = lengthRefusal([...before, ...added]);
  if (tooLong) return tooLong;
  const data = {
    resource: acl.resource,
    default_policy: terms.defaultPolicy,
    default_level: terms.defaultLevel,
    entries: [...before, ...added].map(recordOf),
    added: added.map(({ id }) => id),
    ended,
    by: actorOf(by),
  };
  return [{ type: 'acl-replaced.v1', data, personal }];
}

/** Whether the unlisted would get more than the list has given them until now. */
function opensMore(terms: Replace['terms'], { defaultPolicy, defaultLevel }: AclState): boolean {
  if (terms.defaultPolicy !== 'open') return false;
  return defaultPolicy !== 'open' || !includesLevel(defaultLevel, terms.defaultLevel);
}

/** A delegated entry stays only with the entry that it was delegated from. */
function isSameAs(entry: AclEntry, wanted: Wanted, until: string | null, kept: ReadonlySet<string>): boolean {
  return (
    isOf(entry.principal, { principal: wanted.principal }) &&
    entry.level === wanted.level &&
    isSameDelegable(entry.delegable, wanted.delegable) &&
    entry.expiresAt === endWithin(wanted.expiresAt, until)?.expiresAt &&
    (entry.parent === null || kept.has(entry.parent))
  );
}

function expire(acl: AclState, atMs: number): Decided {
  const over = acl.entries.filter((entry) => !isLive(entry, atMs)).map(({ id }) => id);
  if (over.length === 0) return [];
  const ended = endedOf(acl, over);
  return [{ type: 'acl-expired.v1', data: { resource: acl.resource, ended, by: SYSTEM } }];
}

/** A new entry by an administrator, with a place for what it comes from among what stays. */
function entryOf(
  acl: AclState,
  by: Granter,
  { id, principal, level, delegable, expiresAt }: Wanted,
  at: string,
  staying = acl.entries,
): AclEntry | Rejection<AccessRejection> {
  const atMs = Date.parse(at);
  if (!isAhead(expiresAt, atMs)) return inThePast();
  const gift = { to: principal, level, delegable, expiresAt };
  const outcome = given(acl, by, gift, atMs, staying);
  if (typeof outcome === 'string') return refusal(outcome, gift);
  return { id, principal, ...outcome, grantedBy: by.principal, grantedAt: at };
}

function refusal(why: GiftRefusal, gift: Pick<Gift, 'to' | 'level'>): Rejection<AccessRejection> {
  return reject(REFUSALS[why] ?? 'forbidden', refusedGift(why, gift));
}

const REFUSALS: { readonly [Why in GiftRefusal]?: AccessRejection } = {
  to_oneself: 'invalid_request',
  already_delegated: 'already_exists',
};

function notAdministering(acl: AclState, by: Granter, atMs: number): Rejection<'forbidden'> | null {
  return includesLevel(heldBy(acl, by, atMs).level, 'admin')
    ? null
    : reject('forbidden', 'the caller does not administer this');
}

function hasOwnEntry(acl: AclState, { principal }: Wanted, atMs: number): boolean {
  return liveEntriesOf(acl, principal, atMs).some(({ parent }) => parent === null);
}

function endedOf(acl: AclState, ids: readonly string[]): readonly EndedRecord[] {
  return withDelegated(acl, ids).map(({ id, principal, level }) => ({ id, principal, level }));
}

/** A list stands whole in one event. */
function lengthRefusal(entries: readonly AclEntry[]): Rejection<'invalid_request'> | null {
  if (entries.length > MAX_ACL_ENTRIES)
    return reject('invalid_request', `a list has at most ${MAX_ACL_ENTRIES} entries`);
  const named = entries.reduce((sum, { delegable }) => sum + (delegable?.to?.length ?? 0), 0);
  if (named <= MAX_ACL_DELEGATES) return null;
  return reject(
    'invalid_request',
    `a list names at most ${MAX_ACL_DELEGATES} agents that it may be delegated to, counted for each entry`,
  );
}

function inThePast(): Rejection<'invalid_request'> {
  return reject('invalid_request', 'expires_at: must be still to come');
}

function isOf(one: AclEntry['principal'], { principal }: Pick<Granter, 'principal'>): boolean {
  return one.kind === principal.kind && one.id === principal.id;
}

function actorOf({ principal: { kind, id } }: Granter): Actor {
  return { kind: kind === 'group' ? 'system' : kind, id };
}

/** Who may do what with one resource: nobody grants more, or for longer, than they hold. */
export const access: Decider<Access, AccessCommand, AccessEvent, AccessRejection> = {
  initial: initialState,
  evolve,
  decide,
};
