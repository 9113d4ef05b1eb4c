import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY_MS, dateOf } from './civil-date.ts';
import { firstInstantOf, ZONES } from './clock-scan.ts';
import { civilTime, isTimeZone, startOfDate } from './time-zone.ts';

const iso = (instant: number) => new Date(instant).toISOString();

describe('startOfDate', () => {
  it.each([
    ['an ordinary day', 'Europe/Berlin', '2026-07-01', '2026-06-30T22:00:00.000Z'],
    ['a zone of quarter hours', 'Asia/Kathmandu', '2026-01-01', '2025-12-31T18:15:00.000Z'],
    ['a clock that jumps over midnight', 'America/Sao_Paulo', '2018-11-04', '2018-11-04T03:00:00.000Z'],
    ['the same in Beirut', 'Asia/Beirut', '2021-03-28', '2021-03-27T22:00:00.000Z'],
    ['the same in Cairo', 'Africa/Cairo', '2023-04-28', '2023-04-27T22:00:00.000Z'],
    ['a midnight that comes twice', 'America/Havana', '2025-11-02', '2025-11-02T04:00:00.000Z'],
    [
      'a clock set back one minute into the day',
      'America/St_Johns',
      '2006-10-29',
      '2006-10-29T02:30:00.000Z',
    ],
    ['a day that never was', 'Pacific/Apia', '2011-12-30', '2011-12-30T10:00:00.000Z'],
    ['the day after it', 'Pacific/Apia', '2011-12-31', '2011-12-30T10:00:00.000Z'],
    ['a shift of half an hour', 'Australia/Lord_Howe', '2026-04-05', '2026-04-04T13:00:00.000Z'],
    ['an offset with seconds', 'Africa/Monrovia', '1971-06-01', '1971-06-01T00:44:30.000Z'],
  ])('knows %s', (_case, zone, date, start) => {
    expect(iso(startOfDate(zone, dateOf(Date.parse(date))))).toBe(start);
  });

  it('is the first instant at which a clock shows the date or a later one', () => {
    fc.assert(
      fc.property(fc.constantFrom(...ZONES), fc.integer({ min: 0, max: 47_846 }), (zone, day) => {
        const date = dateOf(day * DAY_MS);
        expect(iso(startOfDate(zone, date))).toBe(iso(firstInstantOf(zone, date)));
      }),
      { seed: 11, numRuns: 1_000 },
    );
  });

  it('is that on every day of a clock change, too', () => {
    for (const zone of ['America/Sao_Paulo', 'Asia/Beirut', 'America/St_Johns', 'Africa/Casablanca']) {
      for (let day = DAY_MS * 365; day < Date.UTC(2030, 0, 1); day += DAY_MS) {
        const changes = civilTime(zone, day + DAY_MS) - civilTime(zone, day) !== DAY_MS;
        if (!changes) continue;
        for (const near of [day, day + DAY_MS]) {
          const date = dateOf(near);
          expect(iso(startOfDate(zone, date)), `${zone} ${iso(near)}`).toBe(iso(firstInstantOf(zone, date)));
        }
      }
    }
  });
});

describe('isTimeZone', () => {
  it.each(['UTC', 'Europe/Berlin', 'America/Argentina/Ushuaia', 'Etc/GMT+5'])('takes %s', (name) => {
    expect(isTimeZone(name)).toBe(true);
  });

  it.each(['', 'Berlin', '+01:00', 'Europe/Berlin ', 'Mars/Olympus', '__proto__'])('refuses %j', (name) => {
    expect(isTimeZone(name)).toBe(false);
  });
});
