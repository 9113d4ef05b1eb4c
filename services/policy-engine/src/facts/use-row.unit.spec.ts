import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FREQUENCY_SECONDS, frequencyAt, NO_USE, type UseRow, withIntent } from './use-row.ts';

const START = Date.parse('2026-11-21T12:00:00.000Z');

/** Steps of a clock that may stand still, move within a second, and leave long gaps. */
const step = fc.oneof(
  fc.constant(0),
  fc.integer({ min: 1, max: 999 }),
  fc.constant(1_000),
  fc.constantFrom(59_000, 59_999, 60_000, 60_001),
  fc.integer({ min: 1_000, max: 200_000 }),
);
const times = (steps: readonly number[]) => {
  let now = START;
  return steps.map((ms) => {
    now += ms;
    return now;
  });
};
const rowOf = (intents: readonly number[]): UseRow =>
  intents.reduce((row, at, index) => withIntent(row, at, index + 1), NO_USE);

/** Intents of the last sixty whole seconds, counted one by one. */
const counted = (intents: readonly number[], at: number) =>
  intents.filter((one) => {
    const age = Math.floor(at / 1000) - Math.floor(one / 1000);
    return age >= 0 && age < 60;
  }).length;

describe('the frequency of intents', () => {
  it('is what counting them one by one gives, at any time from the last one on', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), step, (steps, later) => {
        const intents = times(steps);
        const at = (intents.at(-1) ?? START) + later;
        expect(frequencyAt(rowOf(intents), at)).toBe(counted(intents, at));
      }),
      { numRuns: 500 },
    );
  });

  it('holds no more than a minute, however long the history', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 200 }), (steps) => {
        const row = rowOf(times(steps));
        expect(row.intents.length).toBeLessThanOrEqual(FREQUENCY_SECONDS);
        expect(row.intents.length).toBeGreaterThan(0);
        expect(row.intents.every((count) => Number.isSafeInteger(count))).toBe(true);
      }),
    );
  });

  it('counts intents of the same millisecond, and forgets them with their second', () => {
    const row = rowOf([START, START, START]);
    expect(frequencyAt(row, START)).toBe(3);
    expect(frequencyAt(row, START + 59_999)).toBe(3);
    expect(frequencyAt(row, START + 60_000)).toBe(0);
  });

  it('counts an intent whose clock went back with the oldest second that is kept', () => {
    const row = rowOf([START, START - 5_000]);
    expect(frequencyAt(row, START)).toBe(2);
  });

  it('changes no row in place', () => {
    const row = Object.freeze({ ...rowOf([START]), intents: Object.freeze([1]) as readonly number[] });
    expect(withIntent(row, START, 2).intents).toEqual([2]);
    expect(row.intents).toEqual([1]);
  });
});
