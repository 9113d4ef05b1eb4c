import type { PeriodOpened } from './events.ts';
import { millisecondsOf } from './instant.ts';
import type { MeterLedger, OpenPeriod } from './state.ts';

/** The last opened period of a kind is the one that counts. */
export function onPeriodOpened(ledger: MeterLedger, { period, ...bounds }: PeriodOpened['data']): void {
  ledger.periods[period] = openPeriod(bounds);
}

/** A period as events write it, ready to be compared with. */
export function openPeriod({
  start,
  end,
  zone,
  anchor_day: anchorDay,
}: Pick<PeriodOpened['data'], 'start' | 'end' | 'zone' | 'anchor_day'>): OpenPeriod {
  return {
    start: millisecondsOf(start),
    end: millisecondsOf(end),
    startsAt: start,
    endsAt: end,
    zone,
    anchorDay,
  };
}
