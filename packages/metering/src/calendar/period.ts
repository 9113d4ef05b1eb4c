import type { PeriodKind } from '@countersign/access';
import { type CivilDate, civilMidnight, clampedDay, DAY_MS, dateOf } from './civil-date.ts';
import { civilTime, startOfDate } from './time-zone.ts';

/** An organization's calendar: an IANA zone, and the day of the month (1-31) on which monthly periods begin. */
export interface Calendar {
  readonly zone: string;
  readonly anchorDay: number;
}

/** The instants [start, end) in UTC milliseconds. */
export interface Period {
  readonly start: number;
  readonly end: number;
}

/** The last first-day-of-a-period on or before `date`. Days and years begin where the calendar's do. */
function firstDay(kind: PeriodKind, anchorDay: number, date: CivilDate): CivilDate {
  if (kind === 'daily') return date;
  if (kind === 'yearly') return { year: date.year, month: 1, day: 1 };
  const thisMonth = clampedDay(date.year, date.month, anchorDay);
  return date.day >= thisMonth.day ? thisMonth : clampedDay(date.year, date.month - 1, anchorDay);
}

function nextFirstDay(kind: PeriodKind, anchorDay: number, first: CivilDate): CivilDate {
  if (kind === 'daily') return dateOf(civilMidnight(first) + DAY_MS);
  if (kind === 'yearly') return { year: first.year + 1, month: 1, day: 1 };
  return clampedDay(first.year, first.month + 1, anchorDay);
}

/**
 * The period of `kind` that holds `instant`. A day is as long as the zone makes it (23, 24 or 25 hours); a monthly
 * period begins on the anchor day, or on the last day of a month that is shorter.
 */
export function periodContaining(kind: PeriodKind, { zone, anchorDay }: Calendar, instant: number): Period {
  let first = firstDay(kind, anchorDay, dateOf(civilTime(zone, instant)));
  let start = startOfDate(zone, first);
  for (;;) {
    first = nextFirstDay(kind, anchorDay, first);
    const end = startOfDate(zone, first);
    if (instant < end) return { start, end };
    // A clock set back over midnight shows yesterday's date for a while after today has begun.
    start = end;
  }
}

/**
 * The period that holds `instant`, after `previous` has ended (`previous.end <= instant`).
 *
 * A changed calendar takes effect here and never inside a period: the first period after the change begins where the
 * previous one ended, so no instant is counted twice, and runs to the new calendar's next boundary. Were that less than
 * half of the period it replaces, it runs on to the boundary after: a shift of a few hours must not hand out a full
 * quota for a few hours.
 */
export function periodAfter(
  previous: Period & Calendar,
  kind: PeriodKind,
  calendar: Calendar,
  instant: number,
): Period {
  const regular = periodContaining(kind, calendar, instant);
  if (previous.zone === calendar.zone && previous.anchorDay === calendar.anchorDay) return regular;
  const start = previous.end;
  const replaced = periodContaining(kind, previous, start);
  let { end } = periodContaining(kind, calendar, start);
  if ((end - start) * 2 < replaced.end - replaced.start) end = periodContaining(kind, calendar, end).end;
  return instant < end ? { start, end } : regular;
}
