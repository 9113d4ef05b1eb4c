export type { Calendar, Period } from './calendar/period.ts';
export { periodAfter, periodContaining } from './calendar/period.ts';
export { isTimeZone } from './calendar/time-zone.ts';
export { type Room, throttleRooms } from './ledger/assess.ts';
export type { CarriedPart } from './ledger/carried.ts';
export { DEDUPE_WINDOW_MS, MAX_DEDUPE_ENTRIES } from './ledger/carry.ts';
export { MAX_BOOK_EVENTS, shouldClose, successorOpening } from './ledger/close.ts';
export type {
  Acquire,
  Amount,
  Charge,
  Close,
  Commit,
  Configure,
  Expire,
  MeterCommand,
  Occupy,
  RecordUsage,
  Refund,
  Release,
  Reserve,
  Vacate,
} from './ledger/commands.ts';
export { decide } from './ledger/decide.ts';
export type { OnExpiry, SettledStatus } from './ledger/ending.ts';
export type {
  AdjustedLine,
  BookClosed,
  MeterEvent,
  PeriodOpened,
  QuotaAdjusted,
  QuotaCharged,
  QuotaCommitted,
  QuotaConfigured,
  QuotaDenied,
  QuotaLine,
  QuotaOccupied,
  QuotaOverrun,
  QuotaReleased,
  QuotaReserved,
  Report,
  ThrottleCharge,
} from './ledger/events.ts';
export { evolve } from './ledger/evolve.ts';
export type { QuotaFailure } from './ledger/failure.ts';
export { isAheadOfClock, MAX_CLOCK_LEAD_MS } from './ledger/instant.ts';
export type { MeterRow } from './ledger/meters.ts';
export { meters } from './ledger/meters.ts';
export type { MeterKind, MeterMode, QuotaRule } from './ledger/quota-rule.ts';
export { quotaRules } from './ledger/quota-rule.ts';
export { reportOf } from './ledger/refund.ts';
export type { MeterRejection, QuotaRefused, RejectionCode } from './ledger/rejection.ts';
export { isMeterRejection, isQuotaRefused } from './ledger/rejection.ts';
export { MAX_EXPIRIES, nextExpiry } from './ledger/release.ts';
export { readRequest } from './ledger/request.ts';
export { type Scopes, scopePath } from './ledger/scope.ts';
export type { Hold, MeterLedger, Settled } from './ledger/state.ts';
export { emptyLedger, reservationOf } from './ledger/state.ts';
export { type Bucket, type BucketLimits, charged, conformance } from './throttle/gcra.ts';
export type { ThrottleRule, Traffic } from './throttle/throttle-rule.ts';
export { covers, throttleRules } from './throttle/throttle-rule.ts';
