import type { CheckpointStore } from '@countersign/event-store';
import { createMemoryCheckpoints, createMemoryEventStore } from '@countersign/event-store/memory';
import { describe, expect, it } from 'vitest';
import { collect, samples } from '../conformance/harness.ts';
import { embeddedBusHarness } from '../conformance/index.ts';
import { createPublisher } from '../publication.ts';
import { createEmbeddedBus } from './embedded-bus.ts';

describe('the embedded bus on a ledger that tells accepted from durable', () => {
  const slowDisk = () => {
    const sync = Promise.withResolvers<void>();
    const ledger = {
      store: createMemoryEventStore({ sync: () => sync.promise }),
      checkpoints: createMemoryCheckpoints(),
    };
    return { ...ledger, sync, harness: embeddedBusHarness(ledger, async () => ledger) };
  };

  it('delivers on acceptance', async () => {
    const { harness, store, sync } = slowDisk();
    const seen = collect();
    const consumption = harness.bus.consume({ group: 'g', topics: ['samples'] }, (messages, settle) => {
      seen.add(messages);
      messages.forEach(settle);
    });
    const followed = collect();
    const following = harness.bus.follow({ topics: ['samples'], after: 0 }, (messages) =>
      followed.add(messages),
    );
    await harness.publish(samples(3));
    await Promise.all(
      [seen, followed].map((collected) => collected.until((messages) => messages.length === 3)),
    );
    expect(store.durablePosition).toBe(0);
    expect(await harness.bus.reread('sample-one', 3)).toMatchObject({ data: { n: 2 } });
    sync.resolve();
    await Promise.all([consumption.close(), following.close()]);
    await harness.close();
  });

  it('fetches a message that is not durable yet when it is', async () => {
    const { harness, store, sync } = slowDisk();
    await harness.publish(samples(1));
    const fetched = harness.bus.fetch(1);
    expect(store.durablePosition).toBe(0);
    sync.resolve();
    expect(await fetched).toMatchObject({ data: { n: 0 } });
    await harness.close();
  });

  it('stops its groups when the ledger fails, and writes no checkpoint any more', async () => {
    const { harness, checkpoints, sync } = slowDisk();
    const seen = collect();
    const consumption = harness.bus.consume({ group: 'g', topics: ['samples'] }, (messages, settle) => {
      seen.add(messages);
      messages.forEach(settle);
    });
    await harness.publish(samples(2));
    await seen.until((messages) => messages.length === 2);
    sync.reject(new Error('the disk is gone'));
    expect((await consumption.ended)?.message).toBe('the disk is gone');
    await consumption.close();
    expect(await checkpoints.load('g')).toBeNull();
  });

  it('writes checkpoints while it runs, so that a crash repeats little', async () => {
    const saved = Promise.withResolvers<number>();
    const checkpoints: CheckpointStore = {
      load: async () => null,
      save: (_group, position) => saved.resolve(position),
    };
    const store = createMemoryEventStore();
    const { publish } = embeddedBusHarness({ store, checkpoints }, async () => ({ store, checkpoints }));
    const publisher = createPublisher([]);
    const bus = createEmbeddedBus({ store, checkpoints, publisher, checkpointEveryMs: 1 });
    const consumption = bus.consume({ group: 'g', topics: ['samples'] }, () => {});
    await consumption.caughtUp;
    await publish(samples(3));
    await consumption.reached(3);
    expect(await saved.promise).toBeGreaterThan(0);
    await consumption.close();
    await store.close();
  });

  it('ends a group whose checkpoint can not be read', async () => {
    const checkpoints: CheckpointStore = {
      load: () => Promise.reject(new Error('unreadable')),
      save: () => {},
    };
    const store = createMemoryEventStore();
    const bus = createEmbeddedBus({ store, checkpoints, publisher: createPublisher([]) });
    const consumption = bus.consume({ group: 'g', topics: ['samples'] }, () => {});
    expect((await consumption.ended)?.message).toBe('unreadable');
    await expect(consumption.caughtUp).rejects.toThrow('unreadable');
    await consumption.close();
    await store.close();
  });
});
