import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isMultipleOf } from './decimal.ts';

const whole = fc.integer({ min: -1_000_000, max: 1_000_000 });
const digits = fc.integer({ min: 1, max: 9_999 });
const places = fc.integer({ min: -20, max: 20 });

describe('a multiple of a decimal number', () => {
  it('is one as both are written', () => {
    for (const amount of [0.07, 19.99, 0.29, 1.1, 4.35, 1_000_000.01, -0.07, 0, -0, 7, 1e21])
      expect([amount, isMultipleOf(amount, 0.01)]).toEqual([amount, true]);
    for (const amount of [0.075, 19.999, 1e-7, 0.010000000000000002])
      expect([amount, isMultipleOf(amount, 0.01)]).toEqual([amount, false]);
    expect(isMultipleOf(1.7976931348623157e308, 5e-324)).toBe(true);
    expect(isMultipleOf(5e-324, 1e308)).toBe(false);
  });

  it('agrees with whole numbers whose point is moved', () => {
    fc.assert(
      fc.property(whole, digits, places, (value, divisor, exponent) => {
        const moved = (digits: number) => Number(`${digits}e${exponent}`);
        expect(isMultipleOf(moved(value), moved(divisor))).toBe(value % divisor === 0);
        expect(isMultipleOf(moved(value * divisor), moved(divisor))).toBe(true);
      }),
    );
  });
});
