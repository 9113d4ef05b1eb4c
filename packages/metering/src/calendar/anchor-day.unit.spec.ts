import fc from 'fast-check';
import { expect, it } from 'vitest';
import { DAY_MS, dateOf } from './civil-date.ts';
import { periodContaining } from './period.ts';

const ANCHORS = Array.from({ length: 31 }, (_, index) => index + 1);
/** Four years, of which one is a leap year. */
const DAYS = Array.from({ length: 1_461 }, (_, index) => Date.UTC(2023, 2, 1) + index * DAY_MS);

/** The month that a day is billed to: its own before the anchor day or without one (0), from it on the next. */
function billedTo(midnight: number, anchor: number): string {
  const { year, month, day } = dateOf(midnight);
  const isNext = anchor > 0 && day >= anchor;
  return new Date(Date.UTC(year, month - 1 + (isNext ? 1 : 0), 1)).toISOString().slice(0, 7);
}

const isBilledAnew = (midnight: number, anchor: number) =>
  billedTo(midnight, anchor) !== billedTo(midnight - DAY_MS, anchor);
const lastDayOf = (midnight: number) => {
  const { year, month } = dateOf(midnight);
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
};
const begins = (midnight: number, anchorDay: number) =>
  periodContaining('monthly', { zone: 'UTC', anchorDay }, midnight).start === midnight;

it('A-MTR-11: a month begins on its anchor day, as bills do, in every month that has the day', () => {
  for (const anchorDay of ANCHORS.filter((day) => day <= 28)) {
    const wrong = DAYS.filter((day) => begins(day, anchorDay) !== isBilledAnew(day, anchorDay));
    expect(wrong.map(dateOf)).toEqual([]);
  }
  // No anchor day is the first.
  expect(DAYS.filter((day) => begins(day, 1) !== isBilledAnew(day, 0))).toEqual([]);
});

it('A-MTR-11: an anchor day beyond the end of a month is the last day of it', () => {
  for (const anchorDay of ANCHORS) {
    const wrong = DAYS.filter(
      (day) => begins(day, anchorDay) !== (dateOf(day).day === Math.min(anchorDay, lastDayOf(day))),
    );
    expect(wrong.map(dateOf)).toEqual([]);
  }
});

it('A-MTR-12: days and years do not ask for the anchor day', () => {
  const anchor = fc.constantFrom(...ANCHORS);
  const instants = fc.integer({ min: Date.UTC(2000, 0, 1), max: Date.UTC(2050, 0, 1) });
  fc.assert(
    fc.property(anchor, anchor, fc.constantFrom('daily', 'yearly'), instants, (one, other, kind, at) => {
      const period = (anchorDay: number) => periodContaining(kind, { zone: 'UTC', anchorDay }, at);
      expect(period(one)).toEqual(period(other));
    }),
    { seed: 11, numRuns: 500 },
  );
});
