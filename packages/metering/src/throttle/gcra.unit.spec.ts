import { MAX_BUCKET } from '@countersign/access';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Bucket, type BucketLimits, backlog, callsIn, charged, conformance } from './gcra.ts';

/** Offers one call at each instant; how many are taken, and the bucket after the last. */
function offer(
  limits: BucketLimits,
  instants: Iterable<number>,
): { taken: number; bucket: Bucket | undefined } {
  let bucket: Bucket | undefined;
  let taken = 0;
  for (const now of instants) {
    if (!conformance(bucket, limits, 1, now).conforms) continue;
    bucket = charged(bucket, limits.rate, 1, now);
    taken += 1;
  }
  return { taken, bucket };
}

function* every(milliseconds: number, until: number): Iterable<number> {
  for (let now = 0; now < until; now += milliseconds) yield now;
}

/** Charges `amount` at one instant until it is refused: the bucket, and the wait that the refusal names. */
function fill(
  limits: BucketLimits,
  amount: number,
  now: number,
): { bucket: Bucket | undefined; wait: number } {
  let bucket: Bucket | undefined;
  let answer = conformance(bucket, limits, amount, now);
  while (answer.conforms) {
    bucket = charged(bucket, limits.rate, amount, now);
    answer = conformance(bucket, limits, amount, now);
  }
  return { bucket, wait: answer.retryAfterMs ?? Number.NaN };
}

const MINUTE = 60_000;

/** A token bucket over exact fractions: levels in 1/60,000 of a call, of any size. */
function exactBucket({ capacity, rate }: BucketLimits) {
  let level = BigInt(capacity) * 60_000n;
  let at = 0;
  return (now: number, amount: number) => {
    const refilled = level + BigInt(now - at) * BigInt(rate);
    const full = BigInt(capacity) * 60_000n;
    level = refilled < full ? refilled : full;
    at = now;
    const cost = BigInt(amount) * 60_000n;
    if (level < cost) return false;
    level -= cost;
    return true;
  };
}

describe('the exact GCRA', () => {
  it.each([5, 10, 480])(
    'A-THR-3: lets a burst of exactly the capacity of %i through at one instant',
    (capacity) => {
      expect(offer({ capacity, rate: 60 }, new Array(1_000).fill(5)).taken).toBe(capacity);
    },
  );

  it('A-THR-2: owes nothing for what it refuses, however a client hammers', () => {
    const limits = { capacity: 2, rate: 60 };
    const { taken, bucket } = offer(limits, new Array(1_000).fill(0));
    expect([taken, conformance(bucket, limits, 1, 0)]).toEqual([2, { conforms: false, retryAfterMs: 1_000 }]);
    expect(conformance(bucket, limits, 1, 1_000).conforms).toBe(true);
  });

  it('A-THR-6: fills at its rate and no faster, also over an hour of rest', () => {
    const limits = { capacity: 120, rate: 1 };
    const { bucket } = offer(limits, new Array(120).fill(0));
    const left = [60, 60.5, 119, 120].map((minutes) => callsIn(bucket, limits.rate, minutes * MINUTE));
    expect(left).toEqual([60, 60, 1, 0]);
    expect(conformance(bucket, limits, 61, 60 * MINUTE).conforms).toBe(false);
  });

  it('serves a client that polls ten times a second against 60 a minute for ten minutes', () => {
    expect(offer({ capacity: 10, rate: 60 }, every(100, 10 * MINUTE)).taken).toBe(609);
  });

  it.each([1_440, 7_000, 7_200, 36_000, 90_000])(
    'A-THR-4: keeps a rate of %i a minute to one in ten thousand',
    (rate) => {
      const minutes = 10;
      const instants = [...every(1, minutes * MINUTE)].flatMap((now) => [now, now, now]);
      const { taken } = offer({ capacity: 2, rate }, instants);
      expect(Math.abs(taken - rate * minutes) / (rate * minutes)).toBeLessThan(0.0001);
    },
  );

  it('decides as a token bucket in exact fractions does', () => {
    const limits = fc.record({
      capacity: fc.integer({ min: 1, max: 20 }),
      rate: fc.integer({ min: 1, max: 100_000 }),
    });
    const calls = fc.array(fc.tuple(fc.oneof(fc.nat(3), fc.nat(5_000)), fc.nat(25)), {
      maxLength: 80,
      size: 'max',
    });
    fc.assert(
      fc.property(limits, calls, (given, steps) => {
        const exact = exactBucket(given);
        let bucket: Bucket | undefined;
        let now = 0;
        for (const [wait, amount] of steps) {
          now += wait;
          const { conforms } = conformance(bucket, given, amount, now);
          expect(conforms).toBe(exact(now, amount));
          if (conforms) bucket = charged(bucket, given.rate, amount, now);
        }
      }),
      { seed: 21, numRuns: 2_000 },
    );
  });

  it('names the exact wait: one millisecond less is refused, the wait itself is not', () => {
    const limits = fc.record({
      capacity: fc.integer({ min: 1, max: 20 }),
      rate: fc.integer({ min: 1, max: 100_000 }),
    });
    fc.assert(
      fc.property(limits, fc.integer({ min: 1, max: 20 }), fc.nat(100_000), (given, amount, now) => {
        fc.pre(amount <= given.capacity);
        const { bucket, wait } = fill(given, amount, now);
        expect(conformance(bucket, given, amount, now + wait).conforms).toBe(true);
        expect(conformance(bucket, given, amount, now + wait - 1).conforms).toBe(false);
      }),
      { seed: 22, numRuns: 1_000 },
    );
  });

  it('stays exact at the highest limits and after centuries of rest', () => {
    const limits = { capacity: MAX_BUCKET, rate: MAX_BUCKET };
    const full = charged(undefined, limits.rate, MAX_BUCKET, 0);
    expect(Number.isSafeInteger(full.units)).toBe(true);
    expect(conformance(full, limits, 1, 0)).toEqual({ conforms: false, retryAfterMs: 1 });
    const centuries = Date.UTC(2400, 0, 1);
    expect(backlog(full, limits.rate, centuries)).toBe(0);
    expect(charged(full, limits.rate, 1, centuries)).toEqual({ since: centuries, units: 60_000 });
  });

  it('never fits more than the capacity, and always nothing', () => {
    const lowered = charged(undefined, 60, 50, 0);
    expect(conformance(undefined, { capacity: 5, rate: 60 }, 6, 0)).toEqual({
      conforms: false,
      retryAfterMs: null,
    });
    expect(conformance(lowered, { capacity: 5, rate: 60 }, 0, 0)).toEqual({ conforms: true });
  });
});
