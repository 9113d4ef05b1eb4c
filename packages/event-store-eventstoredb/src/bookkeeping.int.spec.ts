import { describe, expect, it } from 'vitest';
import { opened } from './testing/opened.ts';
import { newEvent, peer, put } from './testing/peer.ts';

const note = (type: string, data: Record<string, number>) => ({ ...newEvent(data), type });

describe('checkpoints and parked events', () => {
  it('are no events of the ledger: neither read, nor delivered, nor its last position', async () => {
    const { store, ledger } = await peer();
    const last = await put(ledger, 3);
    store.save('views.v1', last);
    await store.load('views.v1');
    while (ledger.durablePosition < last + 2) await new Promise((resolve) => setImmediate(resolve));
    const page = await store.readPage({ limit: 100 });
    expect(page.events).toHaveLength(3);
    expect(page.position).toBe(last);
    const seen: number[] = [];
    const subscription = store.subscribe({ after: 0 }, ({ events }) => {
      seen.push(...events.map((event) => event.position));
    });
    await subscription.caughtUp;
    expect(seen).toEqual([1, 2, 3]);
    expect(store.durablePosition).toBe(last);
  });

  it('keep only their last event on the server', async () => {
    const { store, ledger } = await peer();
    store.save('views.v1', 1);
    await store.close();
    const [kept] = await ledger.read('$$checkpoint_views.v1');
    expect(kept).toMatchObject({ type: '$metadata', data: { $maxCount: 1 } });
  });

  it('of a group that another instance has moved on stay at the further one', async () => {
    const { store, ledger } = await peer();
    store.save('views.v1', 5);
    while ((await ledger.read('checkpoint_views.v1')).length === 0)
      await new Promise((resolve) => setImmediate(resolve));
    await ledger.append('checkpoint_views.v1', 1, [note('checkpoint.v1', { position: 9 })]).durable;
    store.save('views.v1', 7);
    await store.close();
    const stored = (await ledger.read('checkpoint_views.v1')).map(({ data }) => data.position);
    expect(stored).toEqual([5, 9]);
  });

  it('are written in the end, although the connection was cut', async () => {
    const { store, ledger, network } = await peer();
    network.cut();
    store.save('views.v1', 5);
    network.cut();
    await store.close();
    expect((await ledger.read('checkpoint_views.v1')).map(({ data }) => data.position)).toEqual([5]);
  });
});

describe('a parked event', () => {
  const parked = (position: number) => ({
    group: 'mail.v1',
    subject: 'order-1',
    position,
    organization: 'acme',
    error: 'broken',
    parkedAt: '2026-03-01T12:00:00.000Z',
    attempts: 1,
  });

  it('is in the store when its promise resolves: whoever passes it then loses nothing', async () => {
    const { store, ledger, network } = await peer();
    await store.park(parked(1));
    expect(await ledger.read('parked_events')).toHaveLength(1);
    network.cut();
    await Promise.all([store.park(parked(2)), store.park(parked(3))]);
    expect(await ledger.read('parked_events')).toHaveLength(3);
  });

  it('that was not written when the store is closed says so', async () => {
    const { store, network } = await peer({ timeoutMs: 200 });
    network.target = 1;
    network.cut();
    const parking = store.park(parked(1));
    await store.close();
    await expect(parking).rejects.toThrow('closed');
  });
});

describe('leases', () => {
  it('are events as others, of which the server keeps the last ones alone', async () => {
    const { store, ledger } = await peer();
    const seen: number[] = [];
    const done = Promise.withResolvers<void>();
    store.subscribe({ after: 0, categories: ['lease'] }, ({ events }) => {
      seen.push(...events.map(({ version }) => version));
      if (seen.length === 3) done.resolve();
    });
    for (let version = 0; version < 3; version += 1) {
      expect(await store.append('lease-gateway-1', version, [newEvent()]).durable).toMatchObject({
        version: version + 1,
      });
    }
    await done.promise;
    expect(seen).toEqual([1, 2, 3]);
    const metadata = await ledger.read('$$lease-gateway-1');
    expect(metadata.map(({ type, data }) => [type, data])).toEqual([['$metadata', { $maxCount: 5 }]]);
    await store.append('order-1', 'no-stream', [newEvent()]).durable;
    expect(await ledger.read('$$order-1')).toEqual([]);
  });
});

describe('the head', () => {
  it('finds what other processes have appended', async () => {
    const { store, ledger } = await peer();
    const position = await put(ledger, 4);
    await store.whenDurable(position);
    expect(store.durablePosition).toBe(position);
  });

  it('is looked up at once for who waits: not by the clock, each of these would last a second', async () => {
    const { store, ledger } = await peer();
    for (let round = 0; round < 100; round += 1) await store.whenDurable(await put(ledger, 1));
    expect(store.durablePosition).toBe(100);
  });

  it('of a new process is not before what another has covered: its views would be taken for those of another ledger', async () => {
    const { store, ledger, network } = await peer();
    let covered = 0;
    const done = Promise.withResolvers<void>();
    const everything = { after: 0, categories: ['order'], eachPosition: true };
    const subscription = store.subscribe(everything, ({ position }) => {
      covered = position;
      if (position === 2) done.resolve();
    });
    await subscription.caughtUp;
    await put(ledger, 1);
    await ledger.append('$stats-1', 'no-stream', [newEvent()]).durable;
    await done.promise;
    await store.close();
    const next = await opened(network.port);
    expect(next.durablePosition).toBeGreaterThanOrEqual(covered);
    await next.close();
  });

  it('gives up waiting when the store is closed', async () => {
    const { store } = await peer();
    const waiting = store.whenDurable(1_000);
    waiting.catch(() => {});
    await store.close();
    await expect(waiting).rejects.toThrow('closed');
  });
});
