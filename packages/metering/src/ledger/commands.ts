import type { Plan } from '@countersign/access';
import type { Traffic } from '../throttle/throttle-rule.ts';
import type { OnExpiry } from './ending.ts';
import type { Report } from './events.ts';
import type { Scopes } from './scope.ts';

interface Stamped {
  /** UTC milliseconds, from the clock of the ledger's single writer; see `isAheadOfClock`. */
  readonly at: number;
}

/** How much of one thing: calls, or micro-units of money. */
export interface Amount {
  readonly key: string;
  readonly amount: number;
}

/**
 * Holds quota for one call: every amount in every rule of its key and scope, and every covering throttle, all or none.
 * Amounts of keys that the plan does not name are not metered; a request of which it names nothing is refused.
 */
export interface Reserve extends Stamped {
  readonly type: 'reserve';
  readonly id: string;
  /** When the request was made (UTC milliseconds): the same at every delivery of the same request. */
  readonly askedAt: number;
  readonly amounts: readonly Amount[];
  readonly scopes: Scopes;
  /** What the throttles see, and how many calls it counts for; null: not throttled. */
  readonly traffic: (Traffic & { readonly amount: number }) | null;
  readonly expiresAt: number;
  /** `commit` unless nothing can have run without the ledger hearing of it. */
  readonly onExpiry: OnExpiry;
}

/**
 * Charges at once and for good: what is used by asking for it. With an `id` it is done once; without one every command
 * is another charge.
 */
export interface Charge extends Stamped {
  readonly type: 'charge';
  readonly id: string | null;
  readonly askedAt: number;
  readonly amounts: readonly Amount[];
  readonly scopes: Scopes;
  readonly traffic: Reserve['traffic'];
  /** Who may take it back; left out: nobody can. */
  readonly reporter?: string;
}

/**
 * Takes back what a charge with a reporter counted, in the counters and periods that it was counted in: as much as is left of
 * it, over the limit too.
 */
export interface Refund extends Stamped {
  readonly type: 'refund';
  readonly id: string;
  readonly askedAt: number;
  /** The charge's id. */
  readonly of: string;
  readonly key: string;
  /** What to take back at most. */
  readonly amount: number;
  /** Who asks for it, whose charge it must be; null takes back anybody's. */
  readonly by: string | null;
  /** What is left of the charge by the closed books, used where this one has forgotten it. */
  readonly report: Report | null;
}

/** Takes a place in a gauge for what is about to be: given back at `expiresAt` unless it is occupied by then. */
export interface Acquire extends Omit<Occupy, 'type'> {
  readonly type: 'acquire';
  readonly expiresAt: number;
}

/** Says that what takes a place exists, whether it was acquired before or not. A fact: never refused for lack of quota. */
export interface Occupy extends Stamped {
  readonly type: 'occupy';
  /** Of what takes the place, the same each time. */
  readonly id: string;
  readonly askedAt: number;
  readonly key: string;
  readonly amount: number;
  readonly scopes: Scopes;
}

/** Gives a place back. */
export interface Vacate extends Stamped {
  readonly type: 'vacate';
  readonly id: string;
}

/** Says how a reserved call ended. A fact: never refused for lack of quota. */
export interface Commit extends Stamped {
  readonly type: 'commit';
  readonly id: string;
  /** What was used; a key that is not named was used as held. */
  readonly actual: readonly Amount[];
  /** No outcome came; the whole hold counts until one does. */
  readonly assumed: boolean;
}

/** Gives a hold back: the call certainly did not run. Before its reservation it makes sure that none follows. */
export interface Release extends Stamped {
  readonly type: 'release';
  readonly id: string;
}

/** Counts usage that no reservation preceded. A fact: never refused for lack of quota. */
export interface RecordUsage extends Stamped {
  readonly type: 'record';
  readonly id: string;
  readonly askedAt: number;
  readonly amounts: readonly Amount[];
  readonly scopes: Scopes;
}

/** Ends the holds that are due, the oldest reservations first, at most `limit` of them. */
export interface Expire extends Stamped {
  readonly type: 'expire';
  readonly limit: number;
}

/** Sets the plan and the calendar. Limits and throttles hold from the next command, a calendar from the next period. */
export interface Configure extends Stamped {
  readonly type: 'configure';
  /** The plan's slug. */
  readonly plan: string;
  readonly entry: Plan;
  /** IANA. */
  readonly zone: string;
  /** 1-31. */
  readonly anchorDay: number;
}

/** Ends the book, at most `limit` parts of its balances at a time; see `successorOpening`. */
export interface Close extends Stamped {
  readonly type: 'close';
  readonly limit: number;
}

/** Everything that a book decides. */
export type MeterCommand =
  | Configure
  | Reserve
  | Commit
  | Release
  | Charge
  | Refund
  | Acquire
  | Occupy
  | Vacate
  | RecordUsage
  | Expire
  | Close;
