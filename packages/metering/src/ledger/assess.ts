import type { ThrottleRule } from '../throttle/throttle-rule.ts';
import { coveringThrottles, crosses, failuresOf } from './admission.ts';
import type { Reserve } from './commands.ts';
import { currentPeriods } from './current-period.ts';
import type { PeriodOpened, ThrottleCharge } from './events.ts';
import type { QuotaFailure } from './failure.ts';
import { type Measure, measure } from './measure.ts';
import { isMeterRejection, type MeterRejection } from './rejection.ts';
import type { MeterLedger, Settings } from './state.ts';

/** What a request asks for: amounts in scopes, and the traffic that it is. */
export type Asking = Pick<Reserve, 'amounts' | 'scopes' | 'traffic'>;

/** A request brought to everything that the plan keeps of it. */
export interface Assessment {
  readonly opened: readonly PeriodOpened[];
  readonly measures: readonly Measure[];
  readonly throttles: readonly ThrottleRule[];
  /** Everything that stands in its way; none: it may be charged. */
  readonly failures: readonly QuotaFailure[];
}

export function assess(
  asking: Asking,
  ledger: MeterLedger,
  settings: Settings,
  now: number,
): Assessment | MeterRejection {
  const periods = currentPeriods(ledger, settings, now);
  const measures = measure(asking.amounts, asking.scopes, ledger, settings, periods);
  if (isMeterRejection(measures)) return measures;
  const throttles = coveringThrottles(asking.traffic, settings);
  const failures = failuresOf(asking, measures, throttles, ledger, now);
  return { opened: periods.opened, measures, throttles, failures };
}

/** What an admitted request takes of the throttles that hold anything back. */
export function throttleCharges(
  { throttles }: Pick<Assessment, 'throttles'>,
  traffic: Reserve['traffic'],
): readonly ThrottleCharge[] {
  return throttles
    .filter(({ limits }) => limits !== null)
    .map(({ throttle }) => ({ throttle, amount: traffic?.amount ?? 0 }));
}

/** The soft rules whose limit an admitted request crosses. */
export function crossedRules({ measures }: Pick<Assessment, 'measures'>): readonly string[] {
  return measures.filter(crosses).map(({ rule }) => rule.rule);
}
