import type { PeriodKind, Plan } from '@countersign/access';
import type { Calendar, Period } from '../calendar/period.ts';
import type { Bucket } from '../throttle/gcra.ts';
import type { ThrottleRule } from '../throttle/throttle-rule.ts';
import type { OnExpiry, SettledStatus } from './ending.ts';
import type { QuotaLine } from './events.ts';
import type { QuotaFailure } from './failure.ts';
import type { QuotaRule } from './quota-rule.ts';
import type { Quota, QuotaTable } from './quotas.ts';

/** An open reservation. */
export interface Hold {
  readonly status: 'reserved';
  readonly id: string;
  readonly askedAt: string;
  readonly request: string;
  readonly expiresAt: string | null;
  readonly onExpiry: OnExpiry;
  readonly lines: readonly QuotaLine[];
  /** A place in a gauge, which nothing can be charged to and which is forgotten when it ends. */
  readonly isPlace: boolean;
  /** The lines without gauges: what can be charged. */
  readonly counted: readonly QuotaLine[];
}

/** An ended reservation, remembered so that a repeat is answered and a late outcome charged where it belongs. */
export interface Settled {
  readonly status: SettledStatus;
  readonly id: string;
  readonly askedAt: string;
  readonly endedAt: string;
  readonly request: string | null;
  /** What was asked for, without gauges. */
  readonly asked: readonly QuotaLine[];
  readonly used: readonly QuotaLine[];
  readonly overrun: readonly QuotaLine[];
  readonly denial: QuotaFailure | null;
  /** Who may take back what was charged. */
  readonly reporter?: string;
}

/** The plan and the calendar in force, with the plan's rules by what they are looked up by. */
export interface Settings {
  readonly plan: string;
  readonly entry: Plan;
  readonly calendar: Calendar;
  readonly rulesOfKey: ReadonlyMap<string, readonly QuotaRule[]>;
  readonly rules: ReadonlyMap<string, QuotaRule>;
  readonly throttles: ReadonlyMap<string, ThrottleRule>;
}

/** A period that has been opened, under the calendar that it was opened with. */
export interface OpenPeriod extends Period, Calendar {
  readonly startsAt: string;
  readonly endsAt: string;
}

/** One organization's open book, folded from its events alone. Only `evolve` writes to it. */
export interface MeterLedger {
  /** Events in this book: the stream's version. */
  version: number;
  /** The book's number, from 1; 0 before its first event. */
  book: number;
  /** Logical time: that of the latest event, as events write it and in UTC milliseconds. */
  latest: string;
  now: number;
  /** When this book began, and when the organization's first one did, in UTC milliseconds. */
  openedAt: number;
  beganAt: number;
  settings: Settings | null;
  /**
   * Set while parts of what was carried over are missing: every event so far is one. `closedAt` is the version of the book
   * before, after which its own parts stand.
   */
  opening: { readonly closedAt: number; readonly quotas: Quota[] } | null;
  /** Set by the first closing event: nothing but further parts may follow. */
  closing: { readonly at: number; readonly version: number; part: number; readonly parts: number } | null;
  readonly periods: { [kind in PeriodKind]?: OpenPeriod };
  readonly quotas: QuotaTable;
  /** In order of reservation. */
  readonly holds: Map<string, Hold>;
  /** In order of ending. */
  readonly settled: Map<string, Settled>;
  readonly buckets: Map<string, Bucket>;
  /** The latest `askedAt` among reservations that have been forgotten. */
  forgottenUntil: string | null;
}

/** A ledger without events, to be handed to `evolve`. */
export function emptyLedger(): MeterLedger {
  return {
    version: 0,
    book: 0,
    latest: '',
    now: 0,
    openedAt: 0,
    beganAt: 0,
    settings: null,
    opening: null,
    closing: null,
    periods: {},
    quotas: new Map(),
    holds: new Map(),
    settled: new Map(),
    buckets: new Map(),
    forgottenUntil: null,
  };
}

/** The open or ended reservation of an id: the first outcome of its request, and what became of it. */
export function reservationOf(ledger: MeterLedger, id: string): Hold | Settled | undefined {
  return ledger.holds.get(id) ?? ledger.settled.get(id);
}
