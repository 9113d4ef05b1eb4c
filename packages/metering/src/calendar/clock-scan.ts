import { type CivilDate, civilMidnight } from './civil-date.ts';

const MINUTE = 60_000;
const formatters = new Map<string, Intl.DateTimeFormat>();

/** Zones of every kind: whole hours, halves, quarters, seconds, jumps over midnight and over whole days. */
export const ZONES = Intl.supportedValuesOf('timeZone');

/** The date that clocks in `zone` show, as text that sorts by date. */
export function shownDate(zone: string, instant: number): string {
  const formatter =
    formatters.get(zone) ?? new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short' });
  formatters.set(zone, formatter);
  return formatter.format(instant);
}

/**
 * The first instant at which clocks show `date` or later, found by looking at one quarter of an hour after the other, and
 * then at each second of the one in which it happens. Knows nothing of offsets.
 */
export function firstInstantOf(zone: string, date: CivilDate): number {
  const wanted = new Date(civilMidnight(date)).toISOString().slice(0, 10);
  let instant = civilMidnight(date) - 16 * 60 * MINUTE;
  while (shownDate(zone, instant + 15 * MINUTE) < wanted) instant += 15 * MINUTE;
  while (shownDate(zone, instant) < wanted) instant += 1_000;
  return instant;
}
