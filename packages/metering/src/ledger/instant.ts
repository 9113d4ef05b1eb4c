/** Whole seconds that were written lately. Times in use are close together, so nearly every look-up hits. */
const writtenSeconds = new Map<number, string>();
const MAX_WRITTEN_SECONDS = 64;

const MILLISECONDS = Array.from({ length: 1_000 }, (_, number) => `${String(number).padStart(3, '0')}Z`);

/** A time in events: RFC 3339 in UTC with milliseconds. Such texts sort by time. */
export function instantOf(milliseconds: number): string {
  const second = Math.floor(milliseconds / 1_000);
  let written = writtenSeconds.get(second);
  if (written === undefined) {
    if (writtenSeconds.size >= MAX_WRITTEN_SECONDS) writtenSeconds.clear();
    written = new Date(milliseconds).toISOString().slice(0, 'yyyy-mm-ddThh:mm:ss.'.length);
    writtenSeconds.set(second, written);
  }
  return written + MILLISECONDS[milliseconds - second * 1_000];
}

/** UTC milliseconds of a time in an event. */
export function millisecondsOf(instant: string): number {
  return Date.parse(instant);
}

/** Latest time that a command may name: the end of the year 9999, the last that the text form can order. */
export const LATEST_MS = 253_402_300_799_999;

/** How far a command may run ahead of the clock of who stamps time, in milliseconds. */
export const MAX_CLOCK_LEAD_MS = 2_000;

/**
 * Whether a command's time must be refused by who stamps time: the ledger's time never runs back, so one command from
 * the future would freeze every period and throttle of the organization until then.
 */
export function isAheadOfClock(at: number, clock: number): boolean {
  return at > clock + MAX_CLOCK_LEAD_MS;
}
