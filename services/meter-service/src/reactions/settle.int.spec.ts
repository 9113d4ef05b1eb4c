import type { JsonObject } from '@countersign/event-sourcing';
import { afterEach, describe, expect, it } from 'vitest';
import { type RunningMeter, startMeter } from '../testing/running-meter.ts';
import { callId, type Upstream } from '../testing/upstream.ts';

const HELD = 300;
const PLAN: JsonObject = {
  counters: {
    tool_calls: { limit: 10, strict: true, period: 'monthly' },
    tool_cost: { limit: 1_000, strict: true, period: 'monthly' },
  },
};

let meter: RunningMeter;
afterEach(() => meter.close());

type Step = (upstream: Upstream) => Promise<void>;
const succeeded =
  (outcome: JsonObject = {}): Step =>
  (upstream) =>
    upstream.called(1, outcome);
const cost = (cost_micros: number) => ({ usage: { cost_micros } });
const lapsed: Step = (upstream) => upstream.lapsed(1);
const abandoned: Step = (upstream) => upstream.abandoned(1);
const blocked: Step = (upstream) => upstream.blocked(1, 'killed');

/** What the end of a call leaves: the events of its quota after `reserved`, and both meters. */
type Row = readonly [
  name: string,
  steps: readonly Step[],
  types: readonly string[],
  calls: readonly [used: number, overrun: number],
  cost: readonly [used: number, overrun: number],
];

const TABLE: readonly Row[] = [
  ['an outcome commits the hold', [succeeded()], ['committed'], [1, 0], [300, 0]],
  ['a failed run commits it too', [succeeded({ success: false })], ['committed'], [1, 0], [300, 0]],
  ['less cost frees the rest', [succeeded(cost(120))], ['committed'], [1, 0], [120, 0]],
  ['more cost is overrun', [succeeded(cost(450))], ['committed', 'overrun'], [1, 0], [300, 150]],
  ['what did not run is given back', [succeeded({ executed: false })], ['released'], [0, 0], [0, 0]],
  [
    'an execution without redemption commits',
    [succeeded({ unauthorized: true })],
    ['committed'],
    [1, 0],
    [300, 0],
  ],
  ['a lapsed permit gives back', [lapsed], ['released'], [0, 0], [0, 0]],
  ['a blocked call gives back', [blocked], ['released'], [0, 0], [0, 0]],
  ['no outcome counts as held', [abandoned], ['committed'], [1, 0], [300, 0]],
  [
    'a late outcome as held changes nothing more',
    [abandoned, succeeded({ late: true })],
    ['committed'],
    [1, 0],
    [300, 0],
  ],
  [
    'a late outcome with less cost adjusts',
    [abandoned, succeeded({ late: true, ...cost(120) })],
    ['committed', 'adjusted'],
    [1, 0],
    [120, 0],
  ],
  [
    'a late outcome with more cost adjusts',
    [abandoned, succeeded({ late: true, ...cost(450) })],
    ['committed', 'adjusted'],
    [1, 0],
    [450, 0],
  ],
  [
    'a late outcome that did not run gives back',
    [abandoned, succeeded({ late: true, executed: false })],
    ['committed', 'adjusted'],
    [0, 0],
    [0, 0],
  ],
  [
    'an execution after the lapse is adjusted',
    [lapsed, succeeded({ unauthorized: true })],
    ['released', 'adjusted'],
    [1, 0],
    [300, 0],
  ],
  [
    'an execution after the block is adjusted',
    [blocked, succeeded({ unauthorized: true, ...cost(450) })],
    ['released', 'adjusted'],
    [1, 0],
    [450, 0],
  ],
  [
    'no execution after the lapse changes nothing',
    [lapsed, succeeded({ unauthorized: true, executed: false })],
    ['released'],
    [0, 0],
    [0, 0],
  ],
];

async function run(steps: readonly Step[]): Promise<void> {
  meter = await startMeter({ plans: new Map([['team', PLAN]]) });
  await meter.upstream.organization('acme', 'team');
  await meter.upstream.evaluated(1, { cost: HELD });
  for (const step of steps) await step(meter.upstream);
  await meter.settled();
}

async function typesOf(call: number): Promise<string[]> {
  const messages = await meter.published();
  return messages
    .filter(({ data }) => data.tool_call_id === callId(call))
    .map(({ type }) => type.replace('agent.quota.', ''));
}

async function balances(): Promise<Record<string, unknown>> {
  const rows = await meter.meters();
  return Object.fromEntries(rows.map(({ key, used, reserved, overrun }) => [key, [used, overrun, reserved]]));
}

describe('the end of a call', () => {
  it.each(TABLE)('%s', async (_name, steps, types, calls, costs) => {
    await run(steps);
    expect(await typesOf(1)).toEqual(['reserved', ...types]);
    expect(await balances()).toEqual({ tool_calls: [...calls, 0], tool_cost: [...costs, 0] });
  });

  it.each(TABLE)(
    '%s, and again after everything has come once more',
    async (_name, steps, _types, calls, costs) => {
      await run(steps);
      const before = await meter.published();
      meter = await meter.restart({ redeliver: true });
      await meter.settled();
      expect(await meter.published()).toEqual(before);
      expect(await balances()).toEqual({ tool_calls: [...calls, 0], tool_cost: [...costs, 0] });
    },
  );

  it('marks what was assumed, and what came after the hold', async () => {
    await run([abandoned]);
    const [committed] = (await meter.published()).filter(({ type }) => type === 'agent.quota.committed');
    expect(committed?.data).toMatchObject({ assumed: true, late: false });
  });

  it('of a call that holds nothing writes nothing', async () => {
    await run([]);
    await meter.upstream.evaluated(2, { verdict: 'deny' });
    await meter.upstream.blocked(2, 'denied');
    await meter.upstream.lapsed(3);
    await meter.upstream.abandoned(4);
    await meter.upstream.called(5, { executed: false });
    await meter.settled();
    expect((await Promise.all([2, 3, 4, 5].map(typesOf))).flat()).toEqual([]);
  });

  it('frees quota for the next call', async () => {
    await run([]);
    for (let call = 2; call <= 11; call += 1) await meter.upstream.evaluated(call);
    await meter.upstream.lapsed(4);
    await meter.upstream.evaluated(12);
    await meter.settled();
    expect([await typesOf(11), await typesOf(12)]).toEqual([['denied'], ['reserved']]);
  });
});

describe('a call that was closed before its evaluation came', () => {
  it('gets no reservation any more, also as the first of its organization', async () => {
    meter = await startMeter({ plans: new Map([['team', PLAN]]) });
    await meter.upstream.organization('acme', 'team');
    await meter.upstream.blocked(1, 'undecided');
    await meter.upstream.evaluated(1, { cost: HELD });
    await meter.settled();
    expect(await typesOf(1)).toEqual(['released']);
    expect(await balances()).toEqual({ tool_calls: [0, 0, 0], tool_cost: [0, 0, 0] });
    const before = await meter.published();
    meter = await meter.restart({ redeliver: true });
    await meter.settled();
    expect(await meter.published()).toEqual(before);
  });

  it('is charged all the same when it turns out to have run', async () => {
    meter = await startMeter({ plans: new Map([['team', PLAN]]) });
    await meter.upstream.organization('acme', 'team');
    await meter.upstream.blocked(1, 'undecided');
    await meter.upstream.evaluated(1, { cost: HELD });
    await meter.upstream.called(1, { unauthorized: true, ...cost(200) });
    await meter.settled();
    expect(await typesOf(1)).toEqual(['released', 'adjusted']);
    expect(await balances()).toEqual({ tool_calls: [1, 0, 0], tool_cost: [200, 0, 0] });
  });

  it('gives back what it holds where the evaluation was in time', async () => {
    await run([(upstream) => upstream.blocked(1, 'undecided')]);
    expect(await typesOf(1)).toEqual(['reserved', 'released']);
  });
});

describe('a hold that nobody ends', () => {
  const AFTER_ALL = 3_600_000 + 962_000;

  it('is committed as assumed once it is due, under its call', async () => {
    await run([]);
    meter.clock.advance(AFTER_ALL - 1);
    await meter.expire();
    expect(await typesOf(1)).toEqual(['reserved']);
    meter.clock.advance(1);
    await meter.expire();
    expect(await typesOf(1)).toEqual(['reserved', 'committed']);
    const last = (await meter.published()).at(-1);
    expect([last?.correlation, last?.data.assumed]).toEqual([callId(1), true]);
    expect(await meter.expire()).toBe(0);
  });

  it('is found after a restart, and a late outcome still adjusts it', async () => {
    await run([]);
    meter = await meter.restart();
    meter.clock.advance(AFTER_ALL);
    await meter.expire();
    expect(await typesOf(1)).toEqual(['reserved', 'committed']);
    await meter.upstream.called(1, { late: true, ...cost(10) });
    await meter.settled();
    expect(await balances()).toEqual({ tool_calls: [1, 0, 0], tool_cost: [10, 0, 0] });
  });

  it('is left alone when its call has ended', async () => {
    await run([succeeded()]);
    meter.clock.advance(AFTER_ALL);
    await meter.expire();
    expect(await typesOf(1)).toEqual(['reserved', 'committed']);
    expect(await meter.expire()).toBe(0);
  });
});
