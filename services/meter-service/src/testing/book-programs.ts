import { type Plan, parsePlan } from '@countersign/access';
import type { MeterCommand, Reserve } from '@countersign/metering';
import fc from 'fast-check';
import { callId } from './upstream.ts';

/** When the programs of tests begin, in UTC milliseconds. */
export const AT = Date.UTC(2026, 10, 21, 12);

/** A plan entry that a test knows to be valid. */
export function planFrom(entry: unknown): Plan {
  const parsed = parsePlan(entry);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.value;
}

/** A plan of ten calls a month. */
export const configured: MeterCommand = configure(
  planFrom({ counters: { tool_calls: { limit: 10, strict: true, period: 'monthly' } } }),
);

/** One call of alice's. */
export function reserve(call: number): Reserve {
  return {
    type: 'reserve',
    id: `call-${call}`,
    at: AT,
    askedAt: AT,
    amounts: [{ key: 'tool_calls', amount: 1 }],
    scopes: { organization: 'acme', workspace: 'default', project: 'default', user: 'alice' },
    traffic: { categories: ['tool_calls'], amount: 1 },
    expiresAt: AT + 60_000,
    onExpiry: 'commit',
  };
}

function configure(entry: Plan, at: number = AT): MeterCommand {
  return { type: 'configure', at, plan: 'team', entry, zone: 'Europe/Berlin', anchorDay: 31 };
}

/** Small numbers, so that programs run out of quota, are throttled, and end what they began. */
const PLANS: readonly Plan[] = [
  planFrom({
    description: 'strict in two scopes, throttled',
    counters: {
      tool_calls: [
        { limit: 3, strict: true, period: 'monthly' },
        { limit: 2, strict: true, period: 'daily', scope: 'user' },
      ],
      tool_cost: { limit: 100, free: 10, period: 'yearly', scope: 'project' },
    },
    throttles: [{ mode: 'include', categories: ['tool_calls'], bucket: { capacity: 2, rate: 60 } }],
  }),
  planFrom({
    counters: { tool_calls: { period: 'monthly' }, tool_cost: { limit: 90, scope: 'project_user' } },
    gauges: { users: { limit: 5 } },
  }),
  planFrom({ counters: { credits_consumed: { limit: 1 } } }),
];

const at = fc.nat(40 * 86_400_000).map((later) => AT + later);
const id = fc.nat(5).map(callId);
const cost = fc.nat(120);

/** Commands of every type, about few calls, at times over more than a month. */
export const commandsOfABook: readonly fc.Arbitrary<MeterCommand>[] = [
  fc.tuple(fc.constantFrom(...PLANS), at).map(([entry, time]) => configure(entry, time)),
  fc.tuple(id, at, cost, fc.constantFrom('alice', 'bob')).map(([call, time, amount, user]) => ({
    ...reserve(0),
    type: 'reserve' as const,
    id: call,
    at: time,
    askedAt: AT,
    amounts: [
      { key: 'tool_calls', amount: 1 },
      { key: 'tool_cost', amount },
    ],
    scopes: { organization: 'acme', workspace: 'default', project: 'web', user },
    traffic: { categories: ['tool_calls'], amount: 1 },
    expiresAt: time + 1_000,
    onExpiry: 'commit' as const,
  })),
  fc.tuple(id, at, fc.option(cost)).map(([call, time, amount]) => ({
    type: 'commit',
    id: call,
    at: time,
    actual: amount === null ? [] : [{ key: 'tool_cost', amount }],
    assumed: false,
  })),
  fc.tuple(id, at).map(([call, time]) => ({ type: 'commit', id: call, at: time, actual: [], assumed: true })),
  fc.tuple(id, at).map(([call, time]) => ({ type: 'release', id: call, at: time })),
  fc.tuple(id, at, cost).map(([call, time, amount]) => ({
    type: 'record',
    id: call,
    at: time,
    askedAt: AT,
    amounts: [{ key: 'tool_cost', amount }],
    scopes: { organization: 'acme', workspace: 'default', project: 'web', user: 'alice' },
  })),
  at.map((time) => ({ type: 'expire', at: time, limit: 3 })),
  fc.tuple(id, at, cost).map(([charge, time, amount]) => ({
    type: 'charge',
    id: charge,
    at: time,
    askedAt: AT,
    amounts: [{ key: 'tool_cost', amount }],
    scopes: { organization: 'acme', workspace: 'default', project: 'web', user: 'alice' },
    traffic: { categories: ['tool_calls'], amount: 1 },
    reporter: 'service:crawler',
  })),
  fc.tuple(id, id, at, cost).map(([refund, of, time, amount]) => ({
    type: 'refund',
    id: refund,
    at: time,
    askedAt: AT,
    ...{ of, key: 'tool_cost', amount, by: null, report: null },
  })),
  fc.tuple(id, at, fc.constantFrom('acquire' as const, 'occupy' as const)).map(([place, time, type]) => ({
    type,
    id: place,
    at: time,
    askedAt: AT,
    key: 'users',
    amount: 1,
    scopes: { organization: 'acme' },
    expiresAt: time + 1_000,
  })),
  fc.tuple(id, at).map(([place, time]) => ({ type: 'vacate', id: place, at: time })),
];
