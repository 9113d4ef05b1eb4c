/** A date of the Gregorian calendar, without a zone. `month` is 1-12, `day` 1-31. */
export interface CivilDate {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/** Milliseconds of a day without a clock change. */
export const DAY_MS = 86_400_000;

/** The date's midnight, written as if its zone were UTC: civil arithmetic happens on this number. */
export function civilMidnight({ year, month, day }: CivilDate): number {
  return Date.UTC(year, month - 1, day);
}

/** The date on which a civil time (milliseconds as if in UTC) falls. */
export function dateOf(civilTime: number): CivilDate {
  const date = new Date(civilTime);
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}

/** The day `day` of a month, or that month's last day where it is shorter. */
export function clampedDay(year: number, month: number, day: number): CivilDate {
  const lastDay = dateOf(Date.UTC(year, month, 0)).day;
  return { ...dateOf(Date.UTC(year, month - 1, 1)), day: Math.min(day, lastDay) };
}
