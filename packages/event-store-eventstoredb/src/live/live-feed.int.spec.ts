import type { EventBatch, EventStore, Subscription } from '@countersign/event-store';
import { createMemoryEventStore } from '@countersign/event-store/memory';
import { describe, expect, it } from 'vitest';
import type { EventStoreDbEventStore } from '../eventstoredb-event-store.ts';
import { newEvent, peer, put } from '../testing/peer.ts';
import { MOST_EVENTS } from './tail.ts';

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** A ledger that says how many of its subscriptions are open, and how many events were read. */
function watched() {
  const ledger = createMemoryEventStore();
  const { subscribe, readPage } = ledger;
  const seen = { open: 0, read: 0 };
  ledger.subscribe = (options, handler) => {
    const subscription = subscribe(options, handler);
    seen.open += 1;
    void subscription.ended.then(() => {
      seen.open -= 1;
    });
    return subscription;
  };
  ledger.readPage = async (options) => {
    const page = await readPage(options);
    seen.read += page.events.length;
    return page;
  };
  return { ledger, seen };
}

function collecting(store: EventStoreDbEventStore, categories?: readonly string[], eachPosition = false) {
  const batches: EventBatch[] = [];
  let wake = () => {};
  const filter = categories ? { categories } : {};
  const subscription = store.subscribe({ after: 0, ...filter, eachPosition }, (batch) => {
    batches.push(batch);
    wake();
  });
  return {
    subscription,
    batches,
    positions: () => batches.flatMap(({ events }) => events.map(({ position }) => position)),
    async until(position: number) {
      while ((batches.at(-1)?.position ?? 0) < position) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}

/** The positions of a ledger's events of some categories. */
async function stored(ledger: EventStore, categories: readonly string[]): Promise<number[]> {
  const { events } = await ledger.readPage({ limit: 100_000, categories });
  return events.map(({ position }) => position);
}

describe('the subscriptions of a process', () => {
  it('are one of the server when they have caught up, and none when all are closed', async () => {
    const { ledger, seen } = watched();
    const { store } = await peer({}, ledger);
    await put(ledger, 10, 'order');
    const all = [['order'], ['tool'], ['tool', 'user'], undefined].map((wanted) => collecting(store, wanted));
    for (const { subscription } of all) await subscription.caughtUp;
    while (seen.open > 1) await turn();
    const position = await put(ledger, 3, 'tool');
    for (const each of all) await each.until(position);
    expect(seen.open).toBe(1);
    for (const { subscription } of all) await subscription.close();
    while (seen.open > 0) await turn();
    const again = collecting(store, ['tool']);
    await again.until(position);
    expect(again.positions()).toEqual([11, 12, 13]);
  });

  it.each([
    ['hear of each position, where they want to, without reading it', true, 0],
    ['ask where somebody waits, and read no more than where the ledger ends', false, 1],
  ])('that want nothing of what is appended %s', async (_, eachPosition, read) => {
    const { ledger, seen } = watched();
    const { store } = await peer({}, ledger);
    const quiet = collecting(store, ['tool'], eachPosition);
    await quiet.subscription.caughtUp;
    const before = seen.read;
    for (let round = 0; round < 50; round += 1) {
      const position = await put(ledger, 2, 'order');
      if (!eachPosition) quiet.subscription.hasten?.(position);
      await quiet.until(position);
      await store.whenDurable(position);
    }
    expect(quiet.positions()).toEqual([]);
    expect(seen.read - before).toBe(50 * read);
    while (seen.open > 1) await turn();
  });

  it('hear of what is appended next, where one has waited for a position that no ledger has', async () => {
    const { ledger, store } = await peer();
    const all = [['order'], ['tool']].map((wanted) => collecting(store, wanted));
    for (const { subscription } of all) await subscription.caughtUp;
    const unheard = await put(ledger, 2, 'user');
    for (const { subscription } of all) subscription.hasten?.(Number.MAX_SAFE_INTEGER);
    for (const each of all) await each.until(unheard);
    expect(all.map((each) => each.batches.at(-1)?.position)).toEqual([unheard, unheard]);
    expect(store.durablePosition).toBe(unheard);
    await put(ledger, 1, 'order');
    const position = await put(ledger, 1, 'tool');
    for (const each of all) {
      each.subscription.hasten?.(position);
      await each.until(position);
    }
    expect(all.map((each) => each.positions())).toEqual([[3], [4]]);
  });

  it('that ask while others join with other categories get each event once and in order', async () => {
    const { ledger, store } = await peer();
    const all = [['order'], ['tool'], ['user'], ['agent']].map((wanted) => ({
      wanted,
      seen: null as null | ReturnType<typeof collecting>,
    }));
    for (let round = 0; round < 200; round += 1) {
      const position = await put(ledger, 2, all[round % 4]?.wanted[0]);
      const joining = all[Math.floor(round / 50)]!;
      joining.seen ??= collecting(store, joining.wanted);
      for (const { seen } of all) seen?.subscription.hasten?.(position);
      if (round % 3 === 0) await turn();
    }
    for (const { wanted, seen } of all) {
      seen?.subscription.hasten?.(ledger.durablePosition);
      await seen?.until(ledger.durablePosition);
      expect(seen?.positions()).toEqual(await stored(ledger, wanted));
    }
  });

  it('get each event once and in order while others join with other categories', async () => {
    const { ledger, store } = await peer();
    const categories = ['order', 'tool', 'user', 'agent'];
    const writing = (async () => {
      for (let round = 0; round < 200; round += 1) {
        await put(ledger, 3, categories[round % categories.length]);
        await turn();
      }
      return ledger.durablePosition;
    })();
    const wishes = [['order'], ['tool'], ['order', 'user'], undefined, ['agent'], ['tool', 'agent'], []];
    const all: { wanted: readonly string[] | undefined; seen: ReturnType<typeof collecting> }[] = [];
    for (const wanted of wishes) {
      all.push({ wanted, seen: collecting(store, wanted) });
      for (let turns = 0; turns < 20; turns += 1) await turn();
    }
    const last = await writing;
    for (const { wanted, seen } of all) {
      await seen.until(last);
      expect(seen.positions()).toEqual(await stored(ledger, wanted ?? categories));
    }
  });

  it('get what was appended together in one process together, though the server sends one after another', async () => {
    const { store } = await peer();
    const seen = collecting(store, ['order']);
    await seen.subscription.caughtUp;
    for (let round = 1; round <= 30; round += 1) {
      const events = [newEvent(), newEvent(), newEvent()];
      await store.append(`order-${round}`, 'no-stream', events).durable;
      await seen.until(round * 3);
    }
    const batches = seen.batches.map(({ events }) => events.length).filter((count) => count > 0);
    expect(batches).toEqual(Array(30).fill(3));
  });

  it('are not held up by an append that has failed, where others have written instead', async () => {
    const { store, ledger } = await peer();
    const seen = collecting(store, ['order']);
    await seen.subscription.caughtUp;
    await ledger.append('order-1', 'no-stream', [newEvent()]).durable;
    await seen.until(1);
    await ledger.append('order-1', 1, [newEvent()]).durable;
    const events = [newEvent(), newEvent(), newEvent()];
    expect(await store.append('order-1', 1, events).durable).toMatchObject({ code: 'VersionConflict' });
    await ledger.append('order-1', 2, [newEvent()]).durable;
    await seen.until(3);
    expect(seen.positions()).toEqual([1, 2, 3]);
  });

  it('are not held up by one that stands still, which catches up by itself when it goes on', async () => {
    const { ledger, store } = await peer();
    const gate = Promise.withResolvers<void>();
    const slow: number[] = [];
    let reached = 0;
    const done = Promise.withResolvers<void>();
    const standing = store.subscribe({ after: 0 }, async ({ events, position }) => {
      slow.push(...events.map((event) => event.position));
      if (position === 1) await gate.promise;
      reached = position;
      if (reached === ledger.durablePosition && reached > MOST_EVENTS) done.resolve();
    });
    await standing.caughtUp;
    const quick = collecting(store);
    await quick.subscription.caughtUp;
    await put(ledger, 1);
    await quick.until(1);
    for (let round = 0; round < 14; round += 1) await quick.until(await put(ledger, 500));
    expect(quick.positions()).toHaveLength(7_001);
    expect(reached).toBe(0);
    gate.resolve();
    await done.promise;
    expect(slow).toEqual(quick.positions());
  });

  it('go on when another has thrown', async () => {
    const { ledger, store } = await peer();
    const broken = store.subscribe({ after: 0 }, () => Promise.reject(new Error('poisoned')));
    const sound = collecting(store);
    await sound.subscription.caughtUp;
    const position = await put(ledger, 2);
    await sound.until(position);
    expect((await broken.ended)?.message).toBe('poisoned');
    await sound.until(await put(ledger, 1));
  });

  it('hear nothing of checkpoints: whoever writes one after each batch would write for ever', async () => {
    const { ledger, store } = await peer();
    const save = ({ position }: EventBatch) => store.save('views.v1', position);
    const all: Subscription[] = [['tool'], undefined].map((categories) =>
      store.subscribe({ after: 0, ...(categories ? { categories } : {}) }, save),
    );
    for (const { caughtUp } of all) await caughtUp;
    const seen = collecting(store, ['tool']);
    await seen.subscription.caughtUp;
    await put(ledger, 1, 'order');
    while ((await ledger.read('checkpoint_views.v1')).length === 0) await turn();
    await seen.until(await put(ledger, 1, 'order'));
    const notes = await stored(ledger, ['checkpoint_views.v1', '$$checkpoint_views.v1']);
    const covered = seen.batches.map(({ position }) => position);
    expect(notes.length).toBeGreaterThan(1);
    expect(covered.filter((position) => notes.includes(position))).toEqual([]);
  });
});
