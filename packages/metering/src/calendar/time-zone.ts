import { type CivilDate, civilMidnight, DAY_MS } from './civil-date.ts';

const IANA_NAME = /^[A-Za-z][A-Za-z0-9+_-]*(\/[A-Za-z0-9+_-]+){0,2}$/;

/** Making a formatter costs about a hundred times what using it does. The names are finite, so this is bounded. */
const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterOf(zone: string): Intl.DateTimeFormat {
  const known = formatters.get(zone);
  if (known !== undefined) return known;
  const formatter = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formatters.set(zone, formatter);
  return formatter;
}

/** Whether `name` is an IANA time zone that this platform knows. Bare offsets such as `+01:00` are not zones. */
export function isTimeZone(name: string): boolean {
  if (!IANA_NAME.test(name)) return false;
  try {
    formatterOf(name);
    return true;
  } catch {
    return false;
  }
}

/** What clocks in `zone` show at `instant`, in milliseconds as if the zone were UTC. */
export function civilTime(zone: string, instant: number): number {
  const shown: Record<string, number> = {};
  for (const { type, value } of formatterOf(zone).formatToParts(instant)) shown[type] = Number(value);
  const { year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0 } = shown;
  const milliseconds = ((instant % 1000) + 1000) % 1000;
  return Date.UTC(year, month - 1, day, hour, minute, second) + milliseconds;
}

/**
 * The first instant at which clocks in `zone` show `date` or a later one, in UTC milliseconds.
 *
 * Midnight itself where it exists, the earlier one where it comes twice; where the clock jumps over midnight (or, as in
 * Apia on 2011-12-30, over the whole day), the instant of the jump.
 */
export function startOfDate(zone: string, date: CivilDate): number {
  const midnight = civilMidnight(date);
  const before = midnight - DAY_MS;
  const after = midnight + DAY_MS;
  const offsets = [civilTime(zone, before) - before, civilTime(zone, after) - after];
  const midnights = offsets
    .map((offset) => midnight - offset)
    .filter((instant) => civilTime(zone, instant) === midnight);
  return midnights.length > 0 ? Math.min(...midnights) : jumpOver(zone, midnight, before, after);
}

/** The instant in (`low`, `high`] at which the clock jumps from before `midnight` to after it. */
function jumpOver(zone: string, midnight: number, low: number, high: number): number {
  let stillBefore = low;
  let alreadyAfter = high;
  while (alreadyAfter - stillBefore > 1) {
    const middle = Math.floor((stillBefore + alreadyAfter) / 2);
    if (civilTime(zone, middle) < midnight) stillBefore = middle;
    else alreadyAfter = middle;
  }
  return alreadyAfter;
}
