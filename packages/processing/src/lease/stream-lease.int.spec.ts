import type { EventStore, StoreError } from '@countersign/event-store';
import { createMemoryEventStore } from '@countersign/event-store/memory';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { exclusively, REAL_TIME, RENEW_EVERY_MS, STREAM_LEASE_MS, takeLease } from './stream-lease.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => void vi.useRealTimers());

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const STREAM = 'lease-work';
const UNKNOWN: StoreError = { code: 'OutcomeUnknown', detail: 'no answer' };

const take = (store: Pick<EventStore, 'append' | 'read'>, holder: string) =>
  takeLease({ store, name: 'work', holder, ...REAL_TIME }, () => ({}), new AbortController().signal);

/** A store of which nothing is heard any more, whether it stores or not. */
function behindASilentNetwork(store: EventStore, stores: boolean): Pick<EventStore, 'append' | 'read'> {
  return {
    read: store.read,
    append(...append) {
      if (stores) store.append(...append);
      return { accepted: Promise.resolve(UNKNOWN), durable: Promise.resolve(UNKNOWN) };
    },
  };
}

describe('a lease on a stream', () => {
  it('goes to the first who asks, and to another when it is not renewed', async () => {
    const store = createMemoryEventStore();
    const held: Pick<EventStore, 'append' | 'read'> = { append: store.append, read: store.read };
    const one = await take(held, 'one');
    const second: { term?: Awaited<ReturnType<typeof take>> } = {};
    void take(store, 'two').then((term) => {
      second.term = term;
    });
    await pass(5 * STREAM_LEASE_MS);
    expect([one?.holds(), second.term]).toEqual([true, undefined]);
    Object.assign(held, behindASilentNetwork(store, false));
    for (let n = 0; n < (2 * STREAM_LEASE_MS) / 100; n += 1) {
      expect(one?.holds() && second.term?.holds()).not.toBe(true);
      await pass(100);
    }
    expect(one?.problem()).toBe('OutcomeUnknown');
    expect(second.term?.holds()).toBe(true);
    Object.assign(held, { append: store.append });
    await pass(RENEW_EVERY_MS);
    expect([one?.lost.aborted, one?.holds()]).toEqual([true, false]);
    expect((await store.read(STREAM)).at(-1)?.data.holder).toBe('two');
  });

  it('counts a renewal from its first attempt: that is the one which others may have seen', async () => {
    const store = createMemoryEventStore();
    const held: Pick<EventStore, 'append' | 'read'> = { append: store.append, read: store.read };
    const one = await take(held, 'one');
    Object.assign(held, behindASilentNetwork(store, true));
    await pass(RENEW_EVERY_MS + STREAM_LEASE_MS - 200);
    expect(await store.read(STREAM)).toHaveLength(2);
    Object.assign(held, { append: () => ({ durable: new Promise(() => {}) }) });
    await pass(200);
    expect(one?.holds()).toBe(false);
  });

  it('lets one task run at a time, and the next at once behind it', async () => {
    const store = createMemoryEventStore();
    const order: string[] = [];
    const run = (holder: string) =>
      exclusively({ store, name: 'work', holder }, async () => {
        order.push(`${holder} begins`);
        await REAL_TIME.wait(10_000, new AbortController().signal);
        order.push(`${holder} ends`);
      });
    const both = Promise.all([run('one'), run('two')]);
    await pass(21_000);
    await both;
    expect(order).toEqual(['one begins', 'one ends', 'two begins', 'two ends']);
  });

  it('is given up also by a task that fails', async () => {
    const store = createMemoryEventStore();
    const failing = exclusively({ store, name: 'work', holder: 'one' }, () =>
      Promise.reject(new Error('no')),
    );
    await expect(failing).rejects.toThrow('no');
    expect((await store.read(STREAM)).at(-1)?.data.released).toBe(true);
  });
});
