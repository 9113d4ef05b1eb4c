import type { JsonObject } from '@countersign/event-sourcing';
import { type EventStore, isStoreError, type RecordedEvent, readAll } from '@countersign/event-store';
import { createMemoryCheckpoints, createMemoryEventStore } from '@countersign/event-store/memory';
import { manualClock } from '@countersign/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { type RunningMeter, startMeter, startOn } from '../testing/running-meter.ts';
import { callId, createUpstream } from '../testing/upstream.ts';

const CALLS = 40;
/** So few events that the calls of a test fill several books. */
const SMALL_BOOK = { maxBookEvents: 12 };
const planOf = (calls: number) => ({
  plans: new Map<string, JsonObject>([
    [
      'team',
      {
        counters: {
          tool_calls: { limit: calls, strict: true, period: 'yearly' },
          tool_cost: { strict: true, period: 'monthly', scope: 'user' },
        },
        throttles: [{ mode: 'include', categories: ['tool_calls'], bucket: { capacity: 1_000, rate: 1 } }],
      },
    ],
  ]),
});
const config = planOf(1_000);

const open: RunningMeter[] = [];
const opened = async (starting: Promise<RunningMeter>): Promise<RunningMeter> => {
  const meter = await starting;
  open.push(meter);
  return meter;
};
afterEach(async () => {
  for (const meter of open.splice(0)) await meter.close();
});

/** Calls that end in every way, by their numbers. */
async function play({ upstream }: Pick<RunningMeter, 'upstream'>, from = 1): Promise<void> {
  for (let call = from; call < from + CALLS; call += 1) {
    await upstream.evaluated(call, { cost: call, user: `user-${call % 3}` });
    const end = call % 5;
    if (end === 0) await upstream.called(call, { usage: { cost_micros: 100 } });
    if (end === 1) await upstream.lapsed(call);
    if (end === 2) await upstream.blocked(call, 'killed');
    if (end === 3) await upstream.abandoned(call);
  }
}

async function eventsOf(store: EventStore): Promise<RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  for await (const page of readAll(store)) events.push(...page.events);
  return events;
}

const booksOf = (events: readonly RecordedEvent[]) => [
  ...new Set(events.map(({ stream }) => stream).filter((stream) => stream.startsWith('meter-'))),
];

describe('books', () => {
  it('close when they are full and go on with the same balances', async () => {
    const results = await Promise.all(
      [{}, SMALL_BOOK].map(async (limits) => {
        const meter = await opened(startMeter({ ...config, ...limits }));
        await meter.upstream.organization('acme', 'team');
        await play(meter);
        await meter.settled();
        return { meters: await meter.meters(), books: booksOf(await eventsOf(meter.store)) };
      }),
    );
    const [one, many] = results;
    expect(one?.books).toEqual(['meter-acme-1']);
    expect(many?.books.length).toBeGreaterThan(3);
    expect(many?.books).toEqual(many?.books.map((_, index) => `meter-acme-${index + 1}`));
    expect(many?.meters).toEqual(one?.meters);
    expect(many?.meters).toContainEqual(
      expect.objectContaining({ key: 'tool_calls', used: 16, reserved: 8, overrun: 0 }),
    );
  });

  it('close with the month, and say so in the calls of the next one only', async () => {
    const meter = await opened(startMeter(config, '2026-11-30T23:59:59.000Z'));
    await meter.upstream.organization('acme', 'team');
    await meter.upstream.evaluated(1, { cost: 7 });
    await meter.settled();
    meter.clock.advance(1_000);
    await meter.upstream.called(1);
    await meter.upstream.evaluated(2, { cost: 9 });
    await meter.settled();
    const [, second] = booksOf(await eventsOf(meter.store));
    expect(second).toBe('meter-acme-2');
    // The first call was reserved in November and is charged there; December has only the second.
    expect(await meter.meters()).toMatchObject([
      { key: 'tool_calls', used: 1, reserved: 1 },
      { key: 'tool_cost', period: { start: '2026-12-01T00:00:00.000Z' }, used: 0, reserved: 9 },
    ]);
  });

  it('end the same after a crash after any append, also between two books', async () => {
    const { uninterrupted, crashed } = await crashEverywhere(config, play);
    for (const meter of crashed) {
      expect(await meter.meters()).toEqual(await uninterrupted.meters());
      expect(await endsByCall(meter)).toEqual(await endsByCall(uninterrupted));
    }
  });

  it('grant exactly the quota, wherever a crash came', async () => {
    const { crashed } = await crashEverywhere(planOf(15), async ({ upstream }) => {
      for (let call = 1; call <= CALLS; call += 1) await upstream.evaluated(call);
    });
    for (const meter of crashed) {
      const ends = [...(await endsByCall(meter)).values()].flat();
      expect(ends.filter((type) => type === 'agent.quota.reserved').length).toBe(15);
      expect(ends.filter((type) => type === 'agent.quota.denied').length).toBe(CALLS - 15);
    }
  });

  it('are found, and loaded alone, whatever came before', async () => {
    const meter = await opened(startMeter({ ...config, ...SMALL_BOOK }));
    await meter.upstream.organization('acme', 'team');
    for (let round = 0; round < 4; round += 1) await play(meter, 1 + round * CALLS);
    await meter.settled();
    await meter.close();
    const books = booksOf(await eventsOf(meter.store));
    const reads: { stream: string; events: number }[] = [];
    const watched: EventStore = Object.create(meter.store, {
      read: {
        async value(...read: Parameters<EventStore['read']>) {
          const found = await meter.store.read(...read);
          if (read[0].startsWith('meter-')) reads.push({ stream: read[0], events: found.length });
          return found;
        },
      },
    });
    const checkpoints = createMemoryCheckpoints();
    checkpoints.save('meter-service.quota.v1', meter.store.acceptedPosition);
    const again = await opened(startOn(watched, meter.clock, checkpoints, { ...config, ...SMALL_BOOK }));
    const before = await again.meters();
    expect(before).toContainEqual(expect.objectContaining({ key: 'tool_calls', used: 64, reserved: 32 }));
    expect(reads.length).toBeLessThanOrEqual(2 * Math.ceil(Math.log2(books.length)) + 3);
    expect(reads.filter(({ events }) => events > 1).map(({ stream }) => stream)).toEqual([books.at(-1)]);
  });
});

describe('a call that the open book has forgotten', () => {
  const TWO_WEEKS = 14 * 86_400_000;

  async function nextMonth(meter: RunningMeter): Promise<void> {
    meter.clock.advance(TWO_WEEKS);
    await meter.upstream.evaluated(2);
    await meter.settled();
  }
  const chargesOf = async (meter: RunningMeter, call: number) =>
    (await meter.published())
      .filter(({ data }) => data.tool_call_id === callId(call))
      .map(({ type, data }) => [type.replace('agent.quota.', ''), data.cause ?? null]);

  it('is charged once when it turns out to have run', async () => {
    let meter = await opened(startMeter(config));
    await meter.upstream.organization('acme', 'team');
    await meter.upstream.evaluated(1, { cost: 30 });
    await meter.upstream.lapsed(1);
    await meter.settled();
    await nextMonth(meter);
    await meter.upstream.called(1, { unauthorized: true, usage: { cost_micros: 20 } });
    await meter.settled();
    const charges = [
      ['reserved', null],
      ['released', 'released'],
      ['adjusted', 'unreserved'],
    ];
    expect(await chargesOf(meter, 1)).toEqual(charges);
    expect(await meter.meters('?scope=user:alice')).toMatchObject([{ key: 'tool_cost', used: 20 }]);

    meter.clock.advance(2 * TWO_WEEKS);
    await meter.upstream.evaluated(3);
    await meter.settled();
    meter = await opened(meter.restart({ redeliver: true }));
    await meter.settled();
    expect(await chargesOf(meter, 1)).toEqual(charges);
  });

  it('is left alone when everything comes once more', async () => {
    let meter = await opened(startMeter(config));
    await meter.upstream.organization('acme', 'team');
    await play(meter, 100);
    await meter.upstream.blocked(1, 'undecided');
    await meter.upstream.called(101, { unauthorized: true });
    await meter.settled();
    await nextMonth(meter);
    const before = await meter.published();
    meter = await opened(meter.restart({ redeliver: true }));
    await meter.settled();
    expect(await meter.published()).toEqual(before);
    expect(meter.logs().filter(({ level }) => level === 'warn')).toEqual([]);
  });
});

/** Runs to the end, and again from every append after which the first run may have crashed, on what was left. */
async function crashEverywhere(
  plans: ReturnType<typeof planOf>,
  history: (others: Pick<RunningMeter, 'upstream'>) => Promise<void>,
): Promise<{ uninterrupted: RunningMeter; crashed: RunningMeter[] }> {
  const limits = { ...plans, ...SMALL_BOOK };
  const store = createMemoryEventStore();
  const clock = manualClock();
  const upstream = createUpstream(store, clock);
  await upstream.organization('acme', 'team');
  await history({ upstream });
  const appended: number[] = [];
  const watched: EventStore = Object.create(store, {
    append: {
      value(...append: Parameters<EventStore['append']>) {
        const receipt = store.append(...append);
        appended.push(store.acceptedPosition);
        return receipt;
      },
    },
  });
  const uninterrupted = await opened(startOn(watched, clock, createMemoryCheckpoints(), limits));
  await uninterrupted.settled();
  const events = await eventsOf(store);
  expect(booksOf(events).length).toBeGreaterThan(3);
  const crashed: RunningMeter[] = [];
  // An append is on the disk as a whole or not at all.
  for (const survived of appended) {
    const rest = await copyOf(events.slice(0, survived));
    const meter = await opened(startOn(rest, clock, createMemoryCheckpoints(), limits));
    await meter.settled();
    crashed.push(meter);
  }
  return { uninterrupted, crashed };
}

/** What the ledger says of each call, in order. */
async function endsByCall(meter: RunningMeter): Promise<Map<unknown, string[]>> {
  const ends = new Map<unknown, string[]>();
  const published = (await meter.published()).filter(({ data }) => 'tool_call_id' in data);
  for (const { data, type } of published.sort((a, b) =>
    String(a.data.tool_call_id) < String(b.data.tool_call_id) ? -1 : 1,
  )) {
    ends.set(data.tool_call_id, [...(ends.get(data.tool_call_id) ?? []), type]);
  }
  return ends;
}

/** A ledger with the same events: what a crash after the last of them leaves. */
async function copyOf(events: readonly RecordedEvent[]): Promise<EventStore> {
  const store = createMemoryEventStore();
  for (const { stream, version, type, data, metadata } of events) {
    const receipt = store.append(stream, version === 1 ? 'no-stream' : version - 1, [
      { type, data, metadata },
    ]);
    const appended = await receipt.durable;
    if (isStoreError(appended)) throw new Error(appended.code);
  }
  return store;
}
