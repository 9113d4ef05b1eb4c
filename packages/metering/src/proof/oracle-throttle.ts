import type { Plan } from '@countersign/access';
import type { Reserve } from '../ledger/commands.ts';
import type { ThrottleCharge } from '../ledger/events.ts';
import type { QuotaFailure } from '../ledger/failure.ts';
import { type Log, undrained } from './oracle-log.ts';

interface Throttle {
  readonly name: string;
  readonly capacity: number | null;
  readonly rate: number | null;
}

/** The programs throttle by category alone, so a throttle's name is its categories, and a number where it repeats. */
function named(plan: Plan): readonly (Throttle & { readonly categories: readonly string[] })[] {
  return plan.throttles.map(({ categories, bucket }, index) => {
    const list: readonly string[] = categories ?? [];
    const before = plan.throttles
      .slice(0, index)
      .filter((other) => String(other.categories) === String(list));
    const isOpen = bucket.capacity === null || bucket.rate === null;
    return {
      name: list.join('+') + (before.length > 0 ? `#${before.length + 1}` : ''),
      categories: list,
      capacity: isOpen ? null : bucket.capacity,
      rate: isOpen ? null : bucket.rate,
    };
  });
}

/** The throttles that a call's traffic is under. */
export function matching(plan: Plan, traffic: Reserve['traffic']): readonly Throttle[] {
  if (traffic === null) return [];
  return named(plan).filter(({ categories }) => categories.some((one) => traffic.categories.includes(one)));
}

/** The token bucket in exact integers of any size: refused while more than the capacity would not have drained. */
export function throttled(
  log: Log,
  { name, capacity, rate }: Throttle,
  amount: number,
  now: number,
): readonly QuotaFailure[] {
  if (capacity === null || rate === null || amount === 0) return [];
  const units = unitsOf(log, name, now);
  const excess = units + BigInt(amount) * 60_000n - BigInt(capacity) * 60_000n;
  if (excess <= 0n) return [];
  const wait = Number((excess + BigInt(rate) - 1n) / BigInt(rate));
  const used = Number((units + 59_999n) / 60_000n);
  const retry_after_ms = amount > capacity ? null : wait;
  return [{ kind: 'throttle', throttle: name, limit: capacity, used, amount, retry_after_ms }];
}

/** What is charged to a throttle, with what it leaves of the capacity. */
export function taken(
  log: Log,
  { name, capacity, rate }: Throttle,
  amount: number,
  now: number,
): readonly ThrottleCharge[] {
  if (capacity === null || rate === null) return [];
  const used = Number((unitsOf(log, name, now) + BigInt(amount) * 60_000n + 59_999n) / 60_000n);
  return [{ throttle: name, amount, limit: capacity, remaining: used > capacity ? 0 : capacity - used }];
}

function unitsOf(log: Log, name: string, now: number): bigint {
  const rateUnder = (plan: Plan) => {
    const known = named(plan).find((throttle) => throttle.name === name)?.rate;
    return known == null ? null : BigInt(known);
  };
  return undrained(log, name, rateUnder, now);
}
