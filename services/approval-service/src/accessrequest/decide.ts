import {
  type AclState,
  type Delegated,
  type Gift,
  type GiftRefusal,
  type Granter,
  given,
  givenByApprover,
  includesLevel,
  isAhead,
  isSame,
  type Level,
  type Party,
  principalKey,
  type ReviewOutcome,
  refusedGift,
} from '@countersign/access';
import { type Decider, type Personal, type Rejection, reject } from '@countersign/event-sourcing';
import type { AccessRequestEvent, AccessRequestOpened, Actor } from './events.ts';
import { type AccessRequest, type Asking, evolve, initialState } from './state.ts';

/** What the review answers without asking anybody, and, where that is yes, the entry that it makes. */
export interface Automatic {
  readonly outcome: ReviewOutcome;
  readonly entryId: string;
  /** Which deny rule said no. */
  readonly cause: string | null;
  /** Which handlers said so. */
  readonly handlers: readonly string[];
}

/** Somebody asks. `automatic` is null where handlers are asked first. */
export interface Open {
  readonly kind: 'open';
  readonly asked: AccessRequestOpened['data'];
  readonly automatic: Automatic | null;
  readonly time: string;
  readonly personal: Personal;
}

/** What the handlers came to. */
export interface Settle {
  readonly kind: 'settle';
  readonly automatic: Automatic;
  readonly time: string;
}

/** A deny rule has come to hold for good. */
interface Refuse {
  readonly kind: 'refuse';
  readonly cause: string;
  readonly time: string;
}

/** As what somebody decides a request for access. */
export interface Standing {
  readonly acl: AclState;
  readonly granter: Granter;
  /** Whether the review names them, so that they decide without administering. */
  readonly isApprover: boolean;
}

/** Somebody who may decide says yes. */
export interface Approve {
  readonly kind: 'approve';
  readonly by: Party;
  /** As what they decide: what they give is of what they have themselves. */
  readonly standing: Standing;
  /** Why the requester may be given nothing now, whoever says yes; null where nothing speaks against it. */
  readonly denyRule: string | null;
  /** At most what was asked; left out: what was asked. */
  readonly permission: Level | undefined;
  /** Left out: as late as who approves may grant. */
  readonly expiresAt: string | undefined;
  readonly entryId: string;
  readonly time: string;
  readonly personal: Personal;
}

interface Deny {
  readonly kind: 'deny';
  readonly by: Party;
  readonly time: string;
  readonly personal: Personal;
}

/** The time is over: nobody answered, which is a no. */
interface Expire {
  readonly kind: 'expire';
  readonly time: string;
}

/** Everything that can be asked of a request for access. */
export type AccessRequestCommand = Open | Settle | Refuse | Approve | Deny | Expire;

/** Codes of the contract. */
export type AccessRequestRejection =
  | 'not_found'
  | 'already_exists'
  | 'already_decided'
  | 'expired'
  | 'self_approval'
  | 'forbidden'
  | 'invalid_request';

type Decided = readonly AccessRequestEvent[] | Rejection<AccessRequestRejection>;

const SYSTEM: Actor = { kind: 'system', id: 'countersign' };

function decide(command: AccessRequestCommand, state: AccessRequest): Decided {
  switch (command.kind) {
    case 'open':
      return open(command, state);
    case 'settle':
      return state.status === 'pending' && command.time < state.asked.expires_at
        ? automatically(command.automatic, state, command.time)
        : [];
    case 'refuse':
      return state.status === 'pending' ? refused(command.cause, state, command.time) : [];
    case 'expire':
      return state.status === 'pending' && command.time >= state.asked.expires_at
        ? [{ type: 'access-request-expired.v1', data: askedOf(state) }]
        : [];
    case 'approve':
      return approve(command, state);
    case 'deny': {
      const pending = pendingFor(command, state);
      if ('rejected' in pending) return pending;
      const data = { ...decidedOf(pending, command.time), by: command.by, cause: null };
      return [{ type: 'access-request-denied.v1', data, personal: command.personal }];
    }
  }
}

/** A request that waits is not asked again; one that has ended is another one's id. */
function open({ asked, automatic, time, personal }: Open, state: AccessRequest): Decided {
  if (state.status === 'pending') return reject('already_exists', 'the same is asked already and waits');
  if (state.status !== 'none') return reject('already_decided', 'this request has ended');
  const opened: AccessRequestEvent = { type: 'access-request-opened.v1', data: asked, personal };
  const asking: Asking = { asked, askedAt: time };
  return [opened, ...(automatic ? automatically(automatic, asking, time) : [])];
}

function automatically(
  { outcome, entryId, cause, handlers }: Automatic,
  asking: Asking,
  time: string,
): readonly AccessRequestEvent[] {
  if (outcome.answer === 'defer') return [];
  const decided = { ...decidedOf(asking, time), by: SYSTEM, decided_by: outcome.by, handlers };
  if (outcome.answer === 'deny') return [{ type: 'access-request-denied.v1', data: { ...decided, cause } }];
  const permission = asking.asked.requested_permission;
  const data = { ...decided, permission, entry_id: entryId, parent: null, expires_at: null };
  return [{ type: 'access-request-approved.v1', data }];
}

function refused(cause: string, asking: Asking, time: string): readonly AccessRequestEvent[] {
  const data = { ...decidedOf(asking, time), by: SYSTEM, decided_by: 'deny_rule' as const, cause };
  return [{ type: 'access-request-denied.v1', data }];
}

/** Nobody grants more than was asked, more than they hold, or for longer than they hold it. */
function approve(command: Approve, state: AccessRequest): Decided {
  const { denyRule, time, by, entryId, personal } = command;
  const pending = pendingFor(command, state);
  if ('rejected' in pending) return pending;
  const { principal, requested_permission } = pending.asked;
  const permission = command.permission ?? requested_permission;
  if (!includesLevel(requested_permission, permission))
    return reject('invalid_request', `permission: ${permission} is more than was asked`);
  const atMs = Date.parse(time);
  if (!isAhead(command.expiresAt, atMs))
    return reject('invalid_request', 'expires_at: must be still to come');
  const gift = { to: principal, level: permission, delegable: null, expiresAt: command.expiresAt };
  const outcome = giftOf(command.standing, gift, atMs);
  if (typeof outcome === 'string') return reject('forbidden', refusedGift(outcome, gift));
  if (denyRule !== null) return refused(denyRule, pending, time);
  const { parent, expiresAt: expires_at } = outcome;
  const data = { ...decidedOf(pending, time), by, permission, entry_id: entryId, parent, expires_at };
  return [{ type: 'access-request-approved.v1', data, personal }];
}

/** What the requester has already is in nobody's way: they ask for more. */
function giftOf({ acl, granter, isApprover }: Standing, gift: Gift, atMs: number): Delegated | GiftRefusal {
  if (isApprover) return givenByApprover(acl, granter, gift, atMs);
  const others = acl.entries.filter(({ principal }) => principalKey(principal) !== principalKey(gift.to));
  return given(acl, granter, gift, atMs, others);
}

/** The request, if it still waits and is not the decider's own. */
function pendingFor(
  { by, time }: { readonly by: Party; readonly time: string },
  state: AccessRequest,
): Asking | Rejection<AccessRequestRejection> {
  if (state.status === 'none') return reject('not_found', 'there is no such request');
  if (isSame(by, state.asked.principal))
    return reject('self_approval', 'nobody decides what they asked for themselves');
  if (state.status === 'approved' || state.status === 'denied')
    return reject('already_decided', `the request is ${state.status}`);
  if (state.status === 'expired' || time >= state.asked.expires_at)
    return reject('expired', `the request expired at ${state.asked.expires_at}`);
  return state;
}

function askedOf({ asked: { request_id, resource, principal, requested_permission } }: Asking) {
  return { request_id, resource, principal, requested_permission };
}

function decidedOf(asking: Asking, time: string) {
  const response_time_ms = Date.parse(time) - Date.parse(asking.askedAt);
  return { ...askedOf(asking), decided_by: 'approver' as const, handlers: [], response_time_ms };
}

/** Pending until it is decided, once, or its time is over. */
export const accessRequest: Decider<
  AccessRequest,
  AccessRequestCommand,
  AccessRequestEvent,
  AccessRequestRejection
> = { initial: initialState, evolve, decide };
