import { createMemoryEventStore } from '@countersign/event-store/memory';
import { serve } from '@countersign/event-store-grpc/testing';
import { describe, expect, it } from 'vitest';
import { openEventStoreDb } from '../eventstoredb-event-store.ts';
import { opened } from '../testing/opened.ts';
import { newEvent, peer } from '../testing/peer.ts';

describe('B1: data that JSON can not hold', () => {
  it('throw before the client is called, whose promise would never settle', async () => {
    const { store } = await peer();
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    for (const data of [{ amount: 1n }, circle]) {
      expect(() => store.append('order-1', 'no-stream', [newEvent(data as never)])).toThrow(TypeError);
    }
    expect(await store.append('order-1', 'no-stream', [newEvent()]).durable).toMatchObject({ version: 1 });
  });
});

describe('B2: a server that falls silent', () => {
  it('leaves an append unknown after our own deadline; the same append then finds out', async () => {
    const { store, ledger, network } = await peer({ timeoutMs: 300 });
    await store.append('order-1', 'no-stream', [newEvent()]).durable;
    network.silence();
    const batch = [newEvent(), newEvent()];
    expect(await store.append('order-1', 1, batch).durable).toMatchObject({ code: 'OutcomeUnknown' });
    await expect(store.read('order-1')).rejects.toThrow('no answer');
    network.speak();
    expect(await store.append('order-1', 1, batch).durable).toMatchObject({ version: 3 });
    expect(await ledger.read('order-1')).toHaveLength(3);
  });

  it('does not keep a store from saying that it can not be opened', async () => {
    const ledger = createMemoryEventStore();
    const server = await serve(ledger);
    await server.close();
    const store = await openEventStoreDb({
      url: `esdb://127.0.0.1:${server.port}?tls=false`,
      timeoutMs: 300,
    });
    expect(store).toMatchObject({ code: 'StoreUnavailable', reason: 'unreachable' });
  });
});

describe('B3: the option that makes the client answer wrong revisions', () => {
  it('is refused', async () => {
    const url = 'esdb://127.0.0.1:2113?tls=false&throwOnAppendFailure=false';
    expect(await openEventStoreDb({ url })).toMatchObject({ code: 'CannotOpen' });
  });

  it('is not needed: a conflict tells the version that the stream has', async () => {
    const { store } = await peer();
    const events = Array.from({ length: 7 }, () => newEvent());
    await store.append('order-1', 'no-stream', events).durable;
    expect(await store.append('order-1', 'no-stream', [newEvent()]).durable).toEqual({
      code: 'VersionConflict',
      stream: 'order-1',
      expected: 0,
      actual: 7,
    });
  });
});

describe('B4: clients of one process fail together', () => {
  it('so there is one, and another when it is closed', async () => {
    const { store } = await peer();
    const second = { url: 'esdb://127.0.0.1:2114?tls=false' };
    expect(await openEventStoreDb(second)).toMatchObject({ code: 'CannotOpen' });
    await store.close();
    const server = await serve(createMemoryEventStore());
    const next = await opened(server.port);
    await next.close();
    await server.close();
  });

  it('and what was under way when its stream broke is unknown, not refused', async () => {
    const { store, ledger, network } = await peer();
    await store.append('order-1', 'no-stream', [newEvent()]).durable;
    network.silence();
    const batches = Array.from({ length: 5 }, () => [newEvent()]);
    const receipts = batches.map((batch, index) => store.append(`order-1${index}`, 'no-stream', batch));
    while (ledger.durablePosition < 6) await new Promise((resolve) => setImmediate(resolve));
    network.cut();
    network.speak();
    const outcomes = await Promise.all(receipts.map((receipt) => receipt.durable));
    expect(outcomes.map((outcome) => 'code' in outcome && outcome.code)).toEqual(
      batches.map(() => 'OutcomeUnknown'),
    );
    const repeat = async (index: number) => {
      for (;;) {
        const outcome = await store.append(`order-1${index}`, 'no-stream', batches[index]!).durable;
        if (!('code' in outcome) || outcome.code !== 'OutcomeUnknown') return outcome;
      }
    };
    const repeated = await Promise.all(batches.map((_, index) => repeat(index)));
    expect(repeated.map((outcome) => 'version' in outcome && outcome.version)).toEqual([1, 1, 1, 1, 1]);
    expect(ledger.durablePosition).toBe(6);
  });
});

describe('B5: more than a hundred appends on a fresh connection', () => {
  it('all settle', async () => {
    const { store } = await peer();
    const receipts = Array.from({ length: 250 }, (_, index) =>
      store.append(`order-${index}`, 'no-stream', [newEvent()]),
    );
    const outcomes = await Promise.all(receipts.map((receipt) => receipt.durable));
    expect(outcomes.filter((outcome) => 'version' in outcome)).toHaveLength(250);
  });
});

describe('B6: the client expects any revision by default', () => {
  it('so every append names one', async () => {
    const ledger = createMemoryEventStore();
    const named: unknown[] = [];
    const { append } = ledger;
    ledger.append = (stream, expected, events) => {
      named.push([stream, expected]);
      return append(stream, expected, events);
    };
    const { store } = await peer({}, ledger);
    await store.append('order-1', 'no-stream', [newEvent()]).durable;
    await store.append('order-1', 1, [newEvent()]).durable;
    store.save('views.v1', 2);
    await store.park({
      group: 'views.v1',
      subject: 'order-1',
      position: 1,
      organization: 'acme',
      error: null,
      parkedAt: '2026-03-01T12:00:00.000Z',
      attempts: 0,
    });
    await store.close();
    // The server takes no "any": what has arrived has named its revision.
    expect(named).toEqual(
      expect.arrayContaining([
        ['order-1', 0],
        ['order-1', 1],
        ['checkpoint_views.v1', 0],
        ['$$checkpoint_views.v1', 0],
        ['parked_events', 0],
      ]),
    );
  });
});

describe('an append of several events', () => {
  it('is one round trip, as one of a single event is: nothing is read back', async () => {
    const ledger = createMemoryEventStore();
    let reads = 0;
    const { read } = ledger;
    ledger.read = (...args) => {
      reads += 1;
      return read(...args);
    };
    const { store } = await peer({}, ledger);
    const events = [newEvent(), newEvent(), newEvent()];
    const result = await store.append('order-1', 'no-stream', events).durable;
    expect(result).toMatchObject({ version: 3, position: 3, repeated: false });
    expect('events' in result && result.events.map(({ version }) => version)).toEqual([1, 2, 3]);
    expect(reads).toBe(0);
  });
});
