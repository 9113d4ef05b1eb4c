import type { PeriodKind } from '@countersign/access';
import { periodAfter, periodContaining } from '../calendar/period.ts';
import type { PeriodOpened } from './events.ts';
import { instantOf } from './instant.ts';
import type { MeterLedger, OpenPeriod, Settings } from './state.ts';

/** The periods that hold `now`, and the events that open those which are not open yet. */
export interface CurrentPeriods {
  of(kind: PeriodKind): OpenPeriod;
  readonly opened: readonly PeriodOpened[];
}

/** Nothing is opened before it is asked for, so that a book writes no period that nobody uses. */
export function currentPeriods(ledger: MeterLedger, settings: Settings, now: number): CurrentPeriods {
  const opened: PeriodOpened[] = [];
  const fresh: { [kind in PeriodKind]?: OpenPeriod } = {};
  return {
    opened,
    of(kind) {
      const open = fresh[kind] ?? ledger.periods[kind];
      if (open !== undefined && now < open.end) return open;
      const { zone, anchorDay } = settings.calendar;
      const period =
        open === undefined
          ? periodContaining(kind, settings.calendar, now)
          : periodAfter(open, kind, settings.calendar, now);
      const opening = {
        ...period,
        zone,
        anchorDay,
        startsAt: instantOf(period.start),
        endsAt: instantOf(period.end),
      };
      fresh[kind] = opening;
      opened.push({
        type: 'quota-period-opened.v1',
        data: {
          at: instantOf(now),
          period: kind,
          start: opening.startsAt,
          end: opening.endsAt,
          zone,
          anchor_day: anchorDay,
        },
      });
      return opening;
    },
  };
}
