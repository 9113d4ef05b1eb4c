import { callsIn, conformance } from '../throttle/gcra.ts';
import { covers, type ThrottleRule } from '../throttle/throttle-rule.ts';
import type { Reserve } from './commands.ts';
import type { QuotaFailure } from './failure.ts';
import type { Measure } from './measure.ts';
import type { MeterLedger, Settings } from './state.ts';

/** Why this amount does not fit, or null where it does. Nothing at all always fits, over the limit too. */
export function quotaFailure({ line, rule, level, periodEnd }: Measure, now: number): QuotaFailure | null {
  // Without a limit the largest exact sum is one: counting wrongly would be worse than refusing.
  const limit = rule.limit ?? Number.MAX_SAFE_INTEGER;
  const fits = rule.mode === 'soft' ? level < limit : line.amount <= limit - level;
  if (fits || line.amount === 0) return null;
  const fitsAnEmptyPeriod = rule.mode === 'soft' ? limit > 0 : line.amount <= limit;
  return {
    kind: 'meter',
    key: line.key,
    rule: line.rule,
    scope: line.scope,
    period_start: line.period_start,
    limit,
    used: level,
    amount: line.amount,
    retry_after_ms: periodEnd !== null && fitsAnEmptyPeriod ? periodEnd - now : null,
  };
}

/** Whether this reservation takes a soft meter over its limit: the one crossing that soft mode admits. */
export function crosses({ line, rule, level }: Measure): boolean {
  return rule.mode === 'soft' && rule.limit !== null && level + line.amount > rule.limit;
}

/** The throttles that cover the request. */
export function coveringThrottles(traffic: Reserve['traffic'], settings: Settings): readonly ThrottleRule[] {
  if (traffic === null) return [];
  return [...settings.throttles.values()].filter((throttle) => covers(throttle, traffic));
}

/** Why a throttle holds `amount` calls back, or null where it does not. */
export function throttleFailure(
  { throttle, limits }: ThrottleRule,
  amount: number,
  ledger: MeterLedger,
  now: number,
): QuotaFailure | null {
  if (limits === null) return null;
  const bucket = ledger.buckets.get(throttle);
  const answer = conformance(bucket, limits, amount, now);
  if (answer.conforms) return null;
  return {
    kind: 'throttle',
    throttle,
    limit: limits.capacity,
    used: callsIn(bucket, limits.rate, now),
    amount,
    retry_after_ms: answer.retryAfterMs,
  };
}

/** Everything that stands in a request's way: meters in order, then throttles; or that the plan does not entitle to it. */
export function failuresOf(
  { amounts, traffic }: Pick<Reserve, 'amounts' | 'traffic'>,
  measures: readonly Measure[],
  throttles: readonly ThrottleRule[],
  isEntitled: boolean,
  ledger: MeterLedger,
  now: number,
): readonly QuotaFailure[] {
  const failures: QuotaFailure[] = [];
  for (const each of measures) {
    const failure = quotaFailure(each, now);
    if (failure !== null) failures.push(failure);
  }
  for (const throttle of throttles) {
    const failure = throttleFailure(throttle, traffic?.amount ?? 0, ledger, now);
    if (failure !== null) failures.push(failure);
  }
  if (isEntitled) return failures;
  return amounts
    .filter(({ amount }) => amount > 0)
    .map(({ key, amount }) => ({
      kind: 'entitlement',
      key,
      amount,
      limit: 0,
      used: 0,
      retry_after_ms: null,
    }));
}

/** The failure that is longest in the way, the first of equals: waiting for any other would be in vain. */
export function longestFailure(failures: readonly [QuotaFailure, ...QuotaFailure[]]): QuotaFailure {
  const wait = (failure: QuotaFailure) => failure.retry_after_ms ?? Number.POSITIVE_INFINITY;
  return failures.reduce((longest, failure) => (wait(failure) > wait(longest) ? failure : longest));
}
