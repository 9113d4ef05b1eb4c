import { type Plan, parsePlan } from '@countersign/access';
import fc from 'fast-check';
import type { Amount, MeterCommand } from '../ledger/commands.ts';
import type { Report } from '../ledger/events.ts';
import type { Scopes } from '../ledger/scope.ts';

const DAY = 86_400_000;

/** A command that can be told apart by the differential test; `close` comes in where a test wants it. */
export type ProgramCommand = Exclude<MeterCommand, { type: 'close' }>;

/** Small plans with small limits, so that short programs run into every one of them. */
const PLANS: readonly (readonly [string, Plan])[] = [
  ['narrow', planOf(planWith(5, 3, 100, { capacity: 3, rate: 60 }))],
  ['narrower', planOf(planWith(2, 1, 50, { capacity: 2, rate: 127 }))],
  [
    'soft',
    planOf({
      counters: {
        tool_calls: { limit: 3, scope: 'workspace', period: 'yearly' },
        tool_cost: [{ period: 'monthly' }, { limit: 90, scope: 'user', period: 'daily' }],
      },
      gauges: { users: { limit: 1 } },
    }),
  ],
  ['silent', planOf({ description: 'names nothing' })],
  [
    'lasting',
    planOf({
      counters: {
        tool_calls: [
          { limit: 6, strict: true, scope: 'project' },
          { limit: 4, strict: true, scope: 'organization', period: 'daily' },
        ],
        tool_cost: [
          { limit: 60, strict: true, period: 'monthly' },
          { limit: 30, strict: true, scope: 'project_user', period: 'daily' },
        ],
      },
      gauges: {
        concurrent_calls: [
          { limit: 1, strict: true, scope: 'project_user' },
          { limit: 2, strict: true, scope: 'user' },
          { limit: 2, strict: true },
        ],
      },
      throttles: [
        throttle('tool_calls', 2, 90),
        throttle('tool_calls', 4, 61),
        throttle('standard', 2, 7_000),
      ],
    }),
  ],
];

function planWith(calls: number, callsOfUser: number, cost: number, bucket: object) {
  return {
    counters: {
      tool_calls: [
        { limit: calls, strict: true, period: 'monthly' },
        { limit: callsOfUser, strict: true, scope: 'user', period: 'daily' },
      ],
      tool_cost: { limit: cost, strict: false, period: 'monthly' },
    },
    gauges: { users: { limit: 2, strict: true }, concurrent_calls: { limit: 2, strict: true } },
    throttles: [{ categories: ['tool_calls'], mode: 'include', bucket }],
  };
}

function throttle(category: string, capacity: number, rate: number) {
  return { categories: [category], mode: 'include', bucket: { capacity, rate } };
}

function planOf(entry: object): Plan {
  const parsed = parsePlan(entry);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.value;
}

function of(named: { readonly [key: string]: number }): readonly Amount[] {
  return Object.entries(named).map(([key, amount]) => ({ key, amount }));
}

const AMOUNTS = [
  of({ tool_calls: 1, tool_cost: 10 }),
  of({ tool_calls: 1, tool_cost: 40 }),
  of({ tool_calls: 1, tool_cost: 0 }),
  of({ tool_calls: 1, concurrent_calls: 1 }),
  of({ tool_calls: 2, tool_cost: 200 }),
  of({ tool_calls: 1 }),
  of({ tool_calls: 0 }),
  of({ tool_calls: 1, tool_cost: 20, users: 1 }),
  of({ audit_reads: 1 }),
];

const SCOPES: readonly Scopes[] = [
  { organization: 'acme', workspace: 'w1', project: 'p1', user: 'u1' },
  { organization: 'acme', workspace: 'w1', project: 'p2', user: 'u1' },
  { organization: 'acme', workspace: 'w1', project: 'p1', user: 'u2' },
  { organization: 'acme', project: 'p1', user: 'u1' },
];

const TRAFFIC = [
  { categories: ['tool_calls'], amount: 1 },
  { categories: ['tool_calls', 'standard'], amount: 2 },
  null,
];

const actual: fc.Arbitrary<readonly Amount[]> = fc.constantFrom(
  of({}),
  of({}),
  of({ tool_cost: 5 }),
  of({ tool_cost: 300 }),
  of({ tool_calls: 0, tool_cost: 0 }),
  of({ tool_calls: 2 }),
);

const CALLS = Array.from({ length: 10 }, (_, number) => `c${number}`);
const callId = fc.constantFrom(...CALLS, 'g0', 'r0', 'd1');

/** What is asked under an id: nearly always the same, so that a second asking is a repeat, and now and then not. */
const asked = fc
  .tuple(fc.nat(CALLS.length - 1), fc.constantFrom(0, 0, 0, 0, 0, 0, 1))
  .map(([number, twist]) => ({
    id: `c${number}`,
    amounts: AMOUNTS[(number + twist) % AMOUNTS.length] ?? [],
    scopes: SCOPES[number % SCOPES.length] ?? { organization: 'acme' },
    traffic: TRAFFIC[(number >> 1) % TRAFFIC.length] ?? null,
  }));

/** A command once its time is known. */
type Step = (at: number) => ProgramCommand;

const reserve: fc.Arbitrary<Step> = fc
  .record({
    request: asked,
    lifetime: fc.constantFrom(0, 0, 1_000, 60_000, 60_000, 2 * DAY),
    onExpiry: fc.constantFrom('commit' as const, 'release' as const),
  })
  .map(({ request, lifetime, onExpiry }) => {
    return (at) => ({ type: 'reserve', ...request, onExpiry, at, askedAt: at, expiresAt: at + lifetime });
  });

const place: fc.Arbitrary<Step> = fc
  .record({
    id: fc.constantFrom('g0', 'g1', 'g2', 'g3', 'c0'),
    verb: fc.constantFrom('acquire' as const, 'acquire' as const, 'occupy' as const, 'vacate' as const),
    twist: fc.constantFrom(0, 0, 0, 0, 0, 1),
    amount: fc.constantFrom(1, 1, 1, 1, 0, 2),
    lifetime: fc.constantFrom(0, 1_000, 60_000),
  })
  .map(({ id, verb, twist, amount, lifetime }) => (at) => {
    const number = Number(id.slice(1)) + twist;
    const key = ['users', 'users', 'users', 'concurrent_calls', 'tool_calls'][number] ?? 'users';
    const scopes = SCOPES[number % SCOPES.length] ?? { organization: 'acme' };
    const taken = { id, key, amount, scopes, at, askedAt: at };
    if (verb === 'vacate') return { type: verb, id, at };
    return verb === 'occupy' ? { type: verb, ...taken } : { type: verb, ...taken, expiresAt: at + lifetime };
  });

const charge: fc.Arbitrary<Step> = fc
  .tuple(asked, fc.constantFrom(null, null, 'd0', 'd1', 'c1'))
  .map(([{ amounts, scopes, traffic }, id]) => {
    return (at) => ({ type: 'charge', id, amounts, scopes, traffic, at, askedAt: at });
  });

/** One key at a time, by one of two who report. */
const report: fc.Arbitrary<Step> = fc
  .record({
    id: fc.constantFrom('d1', 'e0', 'e1', 'e2'),
    key: fc.constantFrom('tool_cost', 'tool_cost', 'tool_calls', 'audit_reads'),
    amount: fc.constantFrom(0, 1, 2, 30),
    scopes: fc.constantFrom(...SCOPES),
    reporter: fc.constantFrom('service:one', 'service:two'),
  })
  .map(({ key, amount, ...rest }) => {
    return (at) => ({ type: 'charge', amounts: [{ key, amount }], traffic: null, ...rest, at, askedAt: at });
  });

/** What is left of a report in books that are closed, in a period of its own. */
export const FORGOTTEN: Report = {
  id: 'e9',
  reporter: 'service:one',
  lines: ['organization:acme', 'user:u1'].map((scope) => ({
    key: 'tool_cost',
    rule: `tool_cost.${scope.split(':')[0]}.monthly`,
    scope,
    period_start: '2025-11-01T00:00:00.000Z',
    amount: 20,
  })),
};

const refund: fc.Arbitrary<Step> = fc
  .record({
    id: fc.constantFrom('f0', 'f1', 'f2', 'f3', 'f4', 'f5', 'd0'),
    of: fc.constantFrom('e0', 'e1', 'e2', 'e9', 'e9', 'd0', 'd1', 'c1', 'f0', 'nothing'),
    key: fc.constantFrom('tool_cost', 'tool_cost', 'tool_calls', 'audit_reads'),
    amount: fc.constantFrom(0, 1, 1, 7, 500),
    by: fc.constantFrom(null, 'service:one', 'service:one', 'service:two'),
  })
  .map((refunded) => (at) => {
    const report = refunded.of === FORGOTTEN.id ? FORGOTTEN : null;
    return { type: 'refund', ...refunded, report, at, askedAt: at };
  });

const commit: fc.Arbitrary<Step> = fc
  .record({ id: callId, actual, assumed: fc.boolean() })
  .map((outcome) => (at) => ({ type: 'commit', ...outcome, at }));

const release: fc.Arbitrary<Step> = callId.map((id) => (at) => ({ type: 'release', id, at }));

const record: fc.Arbitrary<Step> = fc
  .tuple(asked, fc.constantFrom('r0', 'r1', 'r2', null))
  .map(([{ id, amounts, scopes }, recordId]) => {
    return (at) => ({ type: 'record', id: recordId ?? id, amounts, scopes, at, askedAt: at });
  });

const expire: fc.Arbitrary<Step> = fc
  .constantFrom(1, 100)
  .map((limit) => (at) => ({ type: 'expire', limit, at }));

const configure: fc.Arbitrary<Step> = fc
  .record({ plan: fc.constantFrom(...PLANS), anchorDay: fc.constantFrom(1, 1, 15, 31) })
  .map(({ plan: [plan, entry], anchorDay }) => {
    return (at) => ({ type: 'configure', plan, entry, anchorDay, zone: 'UTC', at });
  });

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 14, arbitrary: reserve },
  { weight: 8, arbitrary: commit },
  { weight: 2, arbitrary: release },
  { weight: 3, arbitrary: place },
  { weight: 2, arbitrary: charge },
  { weight: 2, arbitrary: report },
  { weight: 3, arbitrary: refund },
  { weight: 2, arbitrary: record },
  { weight: 3, arbitrary: expire },
  { weight: 1, arbitrary: configure },
);

/** Milliseconds until the next command: mostly little, so that holds and buckets are full; at times a clock set back. */
const shortWait = fc.oneof(
  { weight: 24, arbitrary: fc.constantFrom(0, 0, 1, 400, 1_000) },
  { weight: 3, arbitrary: fc.constantFrom(59_000, 1_200_000, -5_000) },
);

const longWait = fc.oneof(
  { weight: 27, arbitrary: shortWait },
  { weight: 1, arbitrary: fc.constantFrom(DAY, 20 * DAY) },
);

/** The last hour before the last day of a month, so that days and months end early in a program. */
const START = Date.UTC(2026, 0, 30, 23);

const MAX_STEPS = 60;

function programOf(wait: fc.Arbitrary<number>): fc.Arbitrary<readonly ProgramCommand[]> {
  const steps = fc.array(fc.tuple(wait, step), { minLength: 1, maxLength: MAX_STEPS, size: 'max' });
  return fc.tuple(configure, steps).map(([first, rest]) => {
    let clock = START;
    const timed = rest.map(([milliseconds, next]) => {
      clock += milliseconds;
      return next(clock);
    });
    return [first(START), ...timed];
  });
}

/** A program: commands with their times, the first of which configures. Days and months pass. */
export const program = programOf(longWait);

/** A program that stays within the time for which ended reservations are remembered: 60 waits of 20 minutes at most. */
export const shortProgram = programOf(shortWait);
