import { callsIn } from '../throttle/gcra.ts';
import type { ThrottleRule, Traffic } from '../throttle/throttle-rule.ts';
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

/** @param entitles what the plan has to name for a request to be one that it entitles to: it, or anything at all */
export function assess(
  asking: Asking,
  entitles: 'named' | 'anything',
  ledger: MeterLedger,
  settings: Settings,
  now: number,
): Assessment | MeterRejection {
  const periods = currentPeriods(ledger, settings, now);
  const measures = measure(asking.amounts, asking.scopes, ledger, settings, periods);
  if (isMeterRejection(measures)) return measures;
  const throttles = coveringThrottles(asking.traffic, settings);
  const isEntitled =
    measures.length + throttles.length > 0 ||
    (entitles === 'anything' && settings.rules.size + settings.throttles.size > 0);
  const failures = failuresOf(asking, measures, throttles, isEntitled, ledger, now);
  return { opened: periods.opened, measures, throttles, failures };
}

/** What an admitted request takes of the throttles that hold anything back, and what it leaves. */
export function throttleCharges(
  { throttles }: Pick<Assessment, 'throttles'>,
  traffic: Reserve['traffic'],
  ledger: MeterLedger,
  now: number,
): readonly ThrottleCharge[] {
  const amount = traffic?.amount ?? 0;
  return throttles.flatMap((rule) => {
    const room = roomOf(rule, ledger, now, amount);
    return room === null ? [] : [{ ...room, amount }];
  });
}

/** The soft rules whose limit an admitted request crosses. */
export function crossedRules({ measures }: Pick<Assessment, 'measures'>): readonly string[] {
  return measures.filter(crosses).map(({ rule }) => rule.rule);
}

/** How many calls a throttle still lets through at once. */
export interface Room {
  readonly throttle: string;
  readonly limit: number;
  readonly remaining: number;
}

/** What the throttles that cover this traffic have left at `at` (UTC milliseconds). */
export function throttleRooms(ledger: MeterLedger, traffic: Traffic, at: number): readonly Room[] {
  const { settings } = ledger;
  if (settings === null) return [];
  const now = Math.max(ledger.now, at);
  return coveringThrottles({ ...traffic, amount: 1 }, settings).flatMap(
    (rule) => roomOf(rule, ledger, now, 0) ?? [],
  );
}

/** What a throttle has left once `amount` calls are charged at `now`; null where it holds nothing back. */
function roomOf(
  { throttle, limits }: ThrottleRule,
  ledger: MeterLedger,
  now: number,
  amount: number,
): Room | null {
  if (limits === null) return null;
  const used = callsIn(ledger.buckets.get(throttle), limits.rate, now) + amount;
  return { throttle, limit: limits.capacity, remaining: Math.max(0, limits.capacity - used) };
}
