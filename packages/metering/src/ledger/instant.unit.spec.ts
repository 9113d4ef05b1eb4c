import fc from 'fast-check';
import { expect, it } from 'vitest';
import { instantOf, LATEST_MS, millisecondsOf } from './instant.ts';

const milliseconds = fc.oneof(
  fc.integer({ min: 0, max: LATEST_MS }),
  fc.nat(200_000),
  fc.constantFrom(0, LATEST_MS),
);

it('writes RFC 3339 in UTC with milliseconds, whatever was written before', () => {
  fc.assert(
    fc.property(fc.array(milliseconds, { maxLength: 200, size: 'max' }), (times) => {
      for (const time of times) {
        expect(instantOf(time)).toBe(new Date(time).toISOString());
        expect(millisecondsOf(instantOf(time))).toBe(time);
      }
    }),
    { seed: 51 },
  );
});

it('writes texts that sort by time', () => {
  fc.assert(
    fc.property(milliseconds, milliseconds, (one, other) => {
      expect(instantOf(one) < instantOf(other)).toBe(one < other);
    }),
    { seed: 52 },
  );
});
