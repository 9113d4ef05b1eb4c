import { type Bucket, charged, conformance } from '@countersign/metering';

/** How many requests for access one principal may open at once, and how many a minute in the long run. */
export const REQUEST_LIMITS = { capacity: 30, rate: 10 };
/** Principals that are remembered: one who is forgotten begins at rest. */
const MAX_REMEMBERED = 10_000;

/** Charges one request for access of somebody; the wait in ms where there have been too many, else null. */
export type RequestLimit = (who: string, nowMs: number) => number | null;

/** Requests need no right on what they are for, so their number is bounded for each principal, in each process. */
export function createRequestLimit(): RequestLimit {
  const buckets = new Map<string, Bucket>();
  return (who, nowMs) => {
    const bucket = buckets.get(who);
    const fits = conformance(bucket, REQUEST_LIMITS, 1, nowMs);
    if (!fits.conforms) return fits.retryAfterMs ?? 0;
    buckets.delete(who);
    buckets.set(who, charged(bucket, REQUEST_LIMITS.rate, 1, nowMs));
    const [oldest] = buckets.keys();
    if (buckets.size > MAX_REMEMBERED && oldest !== undefined) buckets.delete(oldest);
    return null;
  };
}
