import type { EventBatch } from '@countersign/event-store';
import { createMemoryEventStore } from '@countersign/event-store/memory';
import { startScripted } from '@countersign/event-store-grpc/testing';
import { describe, expect, it } from 'vitest';
import { opened } from '../testing/opened.ts';
import { newEvent, peer, put } from '../testing/peer.ts';

describe('B7: the client tells of a checkpoint before the events in front of it are handled', () => {
  it('so no batch covers an event that was not handed over', async () => {
    const { store, ledger } = await peer();
    const wanted: number[] = [];
    // The server tells of checkpoints every 256 events.
    for (let round = 0; round < 8; round += 1) {
      wanted.push(await put(ledger, 1, 'tool'));
      await put(ledger, 150, 'order');
    }
    const batches: EventBatch[] = [];
    const done = Promise.withResolvers<void>();
    store.subscribe({ after: 0, categories: ['tool'], maxBatch: 1 }, async (batch) => {
      batches.push(batch);
      // Meanwhile everything, checkpoints too, reaches the client.
      for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      if (batch.position === ledger.durablePosition) done.resolve();
    });
    await done.promise;
    let handed = 0;
    for (const { events, position } of batches) {
      handed += events.length;
      expect(wanted.filter((each) => each <= position)).toHaveLength(handed);
    }
    expect(handed).toBe(wanted.length);
  });
});

describe('B8: a subscription that ends', () => {
  it('without an error is begun again behind what was handled, as often as it ends', async () => {
    const events = [1, 2, 3, 4, 5].map((position) => ({
      ...newEvent({ position }),
      stream: 'order-1',
      version: position,
      position,
    }));
    // Each subscription brings one event and ends as if all were well.
    const scripted = await startScripted(events);
    const store = await opened(scripted.port);
    const seen: number[] = [];
    const done = Promise.withResolvers<void>();
    const subscription = store.subscribe({ after: 0 }, (batch) => {
      seen.push(...batch.events.map((event) => event.position));
      if (seen.length === 5) done.resolve();
    });
    await done.promise;
    await subscription.close();
    expect(seen).toEqual([1, 2, 3, 4, 5]);
    // The process's live feed and what catches up, each where it was.
    expect(scripted.begun).toEqual(expect.arrayContaining([0, 1, 2, 3, 4]));
    await store.close();
    await scripted.close();
  });

  it('by a cut connection or a restarted server loses and repeats nothing', async () => {
    const { store, ledger, network, restart } = await peer();
    const seen: number[] = [];
    let wake = () => {};
    const subscription = store.subscribe({ after: 0 }, ({ events }) => {
      seen.push(...events.map((event) => event.position));
      wake();
    });
    const until = async (position: number) => {
      while ((seen.at(-1) ?? 0) < position) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    };
    for (let round = 0; round < 4; round += 1) {
      const position = await put(ledger, 700);
      if (round % 2 === 0) network.cut();
      else await restart();
      await put(ledger, 5);
      await until(position + 5);
    }
    expect(seen).toEqual(Array.from({ length: seen.length }, (_, index) => index + 1));
    expect(seen.length).toBe(ledger.durablePosition);
    await subscription.close();
    expect(await subscription.ended).toBeNull();
  });

  it('while the server is away waits for it, and closes at once when asked to', async () => {
    const { store, network } = await peer({}, createMemoryEventStore());
    network.target = 1;
    network.cut();
    const subscription = store.subscribe({ after: 0 }, () => {});
    await subscription.close();
    expect(await subscription.ended).toBeNull();
  });
});
