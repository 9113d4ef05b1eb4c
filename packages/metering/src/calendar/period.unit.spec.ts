import type { PeriodKind } from '@countersign/access';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY_MS, dateOf } from './civil-date.ts';
import { firstInstantOf, shownDate, ZONES } from './clock-scan.ts';
import { type Calendar, type Period, periodAfter, periodContaining } from './period.ts';

const iso = ({ start, end }: Period) => [new Date(start).toISOString(), new Date(end).toISOString()];
const at = (text: string) => Date.parse(text);
const HOUR = 3_600_000;

describe('periodContaining', () => {
  it.each<[string, PeriodKind, Calendar, string, string, string]>([
    ['a month in UTC', 'monthly', { zone: 'UTC', anchorDay: 1 }, '2026-02-10', '2026-02-01', '2026-03-01'],
    [
      'an anchor in mid-month',
      'monthly',
      { zone: 'UTC', anchorDay: 15 },
      '2026-02-10',
      '2026-01-15',
      '2026-02-15',
    ],
    [
      'an anchor day that February lacks',
      'monthly',
      { zone: 'UTC', anchorDay: 31 },
      '2026-02-28',
      '2026-02-28',
      '2026-03-31',
    ],
    [
      'the day before it',
      'monthly',
      { zone: 'UTC', anchorDay: 31 },
      '2026-02-27',
      '2026-01-31',
      '2026-02-28',
    ],
    ['a leap day', 'monthly', { zone: 'UTC', anchorDay: 30 }, '2028-02-29', '2028-02-29', '2028-03-30'],
    ['a day', 'daily', { zone: 'UTC', anchorDay: 15 }, '2026-02-10', '2026-02-10', '2026-02-11'],
    [
      'a year, whatever the anchor day',
      'yearly',
      { zone: 'UTC', anchorDay: 15 },
      '2026-12-31',
      '2026-01-01',
      '2027-01-01',
    ],
  ])('A-MTR-10: knows %s', (_case, kind, calendar, instant, start, end) => {
    expect(iso(periodContaining(kind, calendar, at(instant)))).toEqual([
      `${start}T00:00:00.000Z`,
      `${end}T00:00:00.000Z`,
    ]);
  });

  it('A-MTR-10: begins a month at local midnight, not at that of UTC', () => {
    const tokyo = { zone: 'Asia/Tokyo', anchorDay: 1 };
    expect(iso(periodContaining('monthly', tokyo, at('2026-03-31T15:00:00Z')))).toEqual([
      '2026-03-31T15:00:00.000Z',
      '2026-04-30T15:00:00.000Z',
    ]);
  });

  it.each([
    ['23 hours where the clock is set forward', '2026-03-29T12:00:00Z', 23],
    ['25 hours where it is set back', '2026-10-25T12:00:00Z', 25],
    ['24 hours otherwise', '2026-10-26T12:00:00Z', 24],
  ])('a day has %s', (_case, instant, hours) => {
    const { start, end } = periodContaining('daily', { zone: 'Europe/Berlin', anchorDay: 1 }, at(instant));
    expect((end - start) / HOUR).toBe(hours);
  });

  it('counts the minutes that come twice around midnight in the day that began first', () => {
    const newfoundland = { zone: 'America/St_Johns', anchorDay: 1 };
    const again = at('2006-10-29T03:00:00Z');
    expect(shownDate('America/St_Johns', again)).toBe('2006-10-28');
    expect(periodContaining('daily', newfoundland, again).start).toBe(at('2006-10-29T02:30:00Z'));
  });

  it('A-MTR-6: is the stretch between two first days of a period that there are, in any zone and year', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...ZONES),
        fc.constantFrom<PeriodKind>('daily', 'monthly', 'yearly'),
        fc.integer({ min: 1, max: 31 }),
        fc.integer({ min: Date.UTC(1970, 0, 2), max: Date.UTC(2100, 11, 31) }),
        (zone, kind, anchorDay, instant) => {
          const period = periodContaining(kind, { zone, anchorDay }, instant);
          expect(iso(period)).toEqual(iso(scannedPeriod(kind, { zone, anchorDay }, instant)));
          expect(period).toEqual(periodContaining(kind, { zone, anchorDay }, period.start));
          expect(period).toEqual(periodContaining(kind, { zone, anchorDay }, period.end - 1));
          expect(periodContaining(kind, { zone, anchorDay }, period.end).start).toBe(period.end);
        },
      ),
      { seed: 12, numRuns: 500 },
    );
  });
});

/** The same by walking from day to day and asking of each whether a period begins on it. */
function scannedPeriod(kind: PeriodKind, { zone, anchorDay }: Calendar, instant: number): Period {
  const begins = (midnight: number) => {
    const { month, day } = dateOf(midnight);
    if (kind === 'daily') return true;
    if (kind === 'yearly') return month === 1 && day === 1;
    return day === anchorDay || (day < anchorDay && dateOf(midnight + DAY_MS).day === 1);
  };
  const startOf = (midnight: number) => firstInstantOf(zone, dateOf(midnight));
  const today = Math.floor(instant / DAY_MS) * DAY_MS;
  let first = today + 2 * DAY_MS;
  while (!begins(first) || startOf(first) > instant) first -= DAY_MS;
  let next = first + DAY_MS;
  while (!begins(next) || startOf(next) <= instant) next += DAY_MS;
  return { start: startOf(first), end: startOf(next) };
}

describe('periodAfter', () => {
  const january = {
    ...periodContaining('monthly', { zone: 'UTC', anchorDay: 1 }, at('2026-01-10')),
    zone: 'UTC',
    anchorDay: 1,
  };
  const after = (calendar: Calendar, instant: string) =>
    iso(periodAfter(january, 'monthly', calendar, at(instant)));

  it('goes on as before where the calendar has not changed', () => {
    expect(after({ zone: 'UTC', anchorDay: 1 }, '2026-02-10')).toEqual([
      '2026-02-01T00:00:00.000Z',
      '2026-03-01T00:00:00.000Z',
    ]);
    expect(after({ zone: 'UTC', anchorDay: 1 }, '2026-06-10')).toEqual([
      '2026-06-01T00:00:00.000Z',
      '2026-07-01T00:00:00.000Z',
    ]);
  });

  it('begins where the last period ended, so that nothing is counted twice', () => {
    expect(after({ zone: 'UTC', anchorDay: 20 }, '2026-02-10')).toEqual([
      '2026-02-01T00:00:00.000Z',
      '2026-02-20T00:00:00.000Z',
    ]);
    expect(after({ zone: 'Pacific/Auckland', anchorDay: 1 }, '2026-02-10')).toEqual([
      '2026-02-01T00:00:00.000Z',
      '2026-02-28T11:00:00.000Z',
    ]);
  });

  it('joins a rest of a few hours or days to the period after it', () => {
    expect(after({ zone: 'America/Los_Angeles', anchorDay: 1 }, '2026-02-01')).toEqual([
      '2026-02-01T00:00:00.000Z',
      '2026-03-01T08:00:00.000Z',
    ]);
    expect(after({ zone: 'UTC', anchorDay: 3 }, '2026-02-01')).toEqual([
      '2026-02-01T00:00:00.000Z',
      '2026-03-03T00:00:00.000Z',
    ]);
  });

  it('is a regular period of the new calendar once the transition is over', () => {
    expect(after({ zone: 'UTC', anchorDay: 20 }, '2026-02-20')).toEqual([
      '2026-02-20T00:00:00.000Z',
      '2026-03-20T00:00:00.000Z',
    ]);
  });

  it('follows without gap or overlap, whatever the calendars', () => {
    const calendar = fc.record({
      zone: fc.constantFrom(...ZONES),
      anchorDay: fc.integer({ min: 1, max: 31 }),
    });
    const kinds = fc.constantFrom<PeriodKind>('daily', 'monthly', 'yearly');
    fc.assert(
      fc.property(calendar, calendar, kinds, fc.nat(1_000), (before, changed, kind, days) => {
        const previous = { ...periodContaining(kind, before, at('2026-03-03') + days * DAY_MS), ...before };
        const first = periodAfter(previous, kind, changed, previous.end);
        const second = periodAfter({ ...first, ...changed }, kind, changed, first.end);
        expect(first.start).toBe(previous.end);
        expect(second).toEqual(periodContaining(kind, changed, first.end));
        expect(second.start).toBe(first.end);
        const replaced = periodContaining(kind, before, previous.end);
        expect((first.end - first.start) * 2).toBeGreaterThanOrEqual(replaced.end - replaced.start);
      }),
      { seed: 13, numRuns: 1_000 },
    );
  });
});
