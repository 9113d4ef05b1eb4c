/**
 * The generic cell rate algorithm in virtual units, so that nothing is ever divided and rounded: in one millisecond a
 * bucket drains `rate` units, and one call costs the 60,000 units that a rate per minute drains in 60,000 ms.
 * The grammar's highest capacity and rate (`MAX_BUCKET`) keep every sum of units exact.
 * Explained at https://brandur.org/rate-limiting.
 */

/** Units that one call costs: the milliseconds of a minute. */
const UNITS_PER_CALL = 60_000;

/** `capacity` calls at one instant from rest, `rate` calls per minute in the long run. */
export interface BucketLimits {
  readonly capacity: number;
  readonly rate: number;
}

/**
 * A bucket's theoretical arrival time: `units` of virtual time after the instant `since` (UTC milliseconds). Every charge
 * moves `since` to its own instant, so `units` stays below capacity x 60,000 however long the bucket lives.
 */
export interface Bucket {
  readonly since: number;
  readonly units: number;
}

/** Whether `amount` calls fit now. If not, `retryAfterMs` is the exact wait, or null where waiting never helps. */
export type Conformance =
  | { readonly conforms: true }
  | { readonly conforms: false; readonly retryAfterMs: number | null };

/** The units that have not drained at `now`; 0 for a bucket at rest. */
export function backlog(bucket: Bucket | undefined, rate: number, now: number): number {
  return bucket === undefined ? 0 : Math.max(0, bucket.units - (now - bucket.since) * rate);
}

/** The calls that a bucket is full of at `now`; one that has drained in part still counts whole. */
export function callsIn(bucket: Bucket | undefined, rate: number, now: number): number {
  return Math.ceil(backlog(bucket, rate, now) / UNITS_PER_CALL);
}

/** Asks, and changes nothing: a refusal leaves no trace in the bucket. */
export function conformance(
  bucket: Bucket | undefined,
  { capacity, rate }: BucketLimits,
  amount: number,
  now: number,
): Conformance {
  if (amount === 0) return { conforms: true };
  if (amount > capacity) return { conforms: false, retryAfterMs: null };
  const excess = backlog(bucket, rate, now) - (capacity - amount) * UNITS_PER_CALL;
  return excess <= 0 ? { conforms: true } : { conforms: false, retryAfterMs: Math.ceil(excess / rate) };
}

/** The bucket after `amount` calls at `now`. */
export function charged(bucket: Bucket | undefined, rate: number, amount: number, now: number): Bucket {
  return { since: now, units: backlog(bucket, rate, now) + amount * UNITS_PER_CALL };
}
