import { describe, expect, it } from 'vitest';
import type { RecordedEvent } from '../event.ts';
import type { EventBatch, EventStore, SubscribeOptions, Subscription } from '../event-store.ts';
import { stored as appended, newEvent, newEvents, newStream, taken } from './samples.ts';

/** Collects a subscription until a position has been covered. */
export function collecting(store: EventStore, options: SubscribeOptions) {
  const batches: EventBatch[] = [];
  let wanted = Number.POSITIVE_INFINITY;
  const reached = Promise.withResolvers<void>();
  const subscription: Subscription = store.subscribe(options, (batch) => {
    batches.push(batch);
    if (batch.position >= wanted) reached.resolve();
  });
  return {
    subscription,
    batches,
    events: (): RecordedEvent[] => batches.flatMap((batch) => batch.events),
    until(position: number): Promise<void> {
      wanted = position;
      if ((batches.at(-1)?.position ?? options.after) >= position) reached.resolve();
      return reached.promise;
    },
  };
}

/** Subscriptions on their own. */
export function subscriptionConformance(open: () => Promise<EventStore>): void {
  describe('subscribe', () => {
    const put = (store: EventStore, count: number, category?: string) =>
      appended(store, newEvents(count), category);

    it('delivers what is stored, says when it has caught up, and goes on live', async () => {
      const store = await open();
      const start = store.durablePosition;
      const stored = await put(store, 7);
      const seen = collecting(store, { after: start });
      await seen.subscription.caughtUp;
      expect(seen.events()).toStrictEqual(stored);
      const live = await put(store, 3);
      await seen.until(live[2]!.position);
      expect(seen.events()).toStrictEqual([...stored, ...live]);
    });

    it('calls nobody before the caller holds the subscription', async () => {
      const store = await open();
      const start = store.durablePosition;
      await put(store, 1);
      let subscription: Subscription | null = null;
      const heldAtCall = new Promise((resolve) => {
        subscription = store.subscribe({ after: start }, () => resolve(subscription !== null));
      });
      expect(await heldAtCall).toBe(true);
    });

    it('is exclusive: begins behind the position it is given', async () => {
      const store = await open();
      const stored = await put(store, 10);
      const seen = collecting(store, { after: stored[3]!.position });
      await seen.subscription.caughtUp;
      expect(seen.events()).toStrictEqual(stored.slice(4));
    });

    it('has caught up at once where there is nothing to deliver', async () => {
      const store = await open();
      await put(store, 2);
      const seen = collecting(store, { after: store.durablePosition });
      await seen.subscription.caughtUp;
      expect(seen.batches).toEqual([]);
    });

    it('filters by category, and covers the positions of what it left out', async () => {
      const store = await open();
      const start = store.durablePosition;
      const wanted = [...(await put(store, 2, 'tool')), ...(await put(store, 1, 'user'))];
      await put(store, 4, 'toolcall');
      const seen = collecting(store, { after: start, categories: ['tool', 'user'] });
      await seen.subscription.caughtUp;
      expect(seen.events()).toStrictEqual(wanted);
      const last = (await put(store, 1, 'toolcall'))[0]!;
      await seen.until(last.position);
      expect(seen.events()).toStrictEqual(wanted);
    });

    it('keeps batches within their bound', async () => {
      const store = await open();
      const start = store.durablePosition;
      await put(store, 25);
      const seen = collecting(store, { after: start, maxBatch: 10 });
      await seen.subscription.caughtUp;
      const lengths = seen.batches.map((batch) => batch.events.length);
      expect(Math.max(...lengths)).toBeLessThanOrEqual(10);
      expect(seen.events()).toHaveLength(25);
      expect(seen.batches.at(-1)?.position).toBe(store.durablePosition);
    });

    it('delivers one batch at a time', async () => {
      const store = await open();
      const start = store.durablePosition;
      let running = 0;
      let most = 0;
      const subscription = store.subscribe({ after: start, maxBatch: 2 }, async () => {
        running += 1;
        most = Math.max(most, running);
        await new Promise((resolve) => setImmediate(resolve));
        running -= 1;
      });
      await put(store, 20);
      const rest = collecting(store, { after: start });
      await rest.until(store.durablePosition);
      await subscription.close();
      expect(most).toBe(1);
    });

    it('delivers what a handler itself appends', async () => {
      const store = await open();
      const start = store.durablePosition;
      const stream = newStream('echo');
      const depths: unknown[] = [];
      const done = Promise.withResolvers<void>();
      store.subscribe({ after: start, categories: ['echo'] }, async ({ events }) => {
        for (const { data, version } of events) {
          depths.push(data.depth);
          if (version === 5) done.resolve();
          else await taken(store.append(stream, version, [newEvent({ depth: version })]).accepted);
        }
      });
      store.append(stream, 'no-stream', [newEvent({ depth: 0 })]);
      await done.promise;
      expect(depths).toEqual([0, 1, 2, 3, 4]);
    });

    it('ends with the error of a throwing handler, and never calls it again', async () => {
      const store = await open();
      const start = store.durablePosition;
      let calls = 0;
      const subscription = store.subscribe({ after: start }, () => {
        calls += 1;
        throw new Error('poisoned');
      });
      await put(store, 1);
      expect((await subscription.ended)?.message).toBe('poisoned');
      await put(store, 1);
      expect(calls).toBe(1);
    });

    it('does not claim to have caught up when it ended before', async () => {
      const store = await open();
      const start = store.durablePosition;
      await put(store, 1);
      const subscription = store.subscribe({ after: start }, () => Promise.reject(new Error('poisoned')));
      await expect(subscription.caughtUp).rejects.toThrow('poisoned');
    });

    it.each(['durable', 'accepted'] as const)('can be closed by its own handler (%s)', async (visibility) => {
      const store = await open();
      const start = store.durablePosition;
      await put(store, 3);
      const seen: number[] = [];
      const subscription = store.subscribe({ after: start, visibility, maxBatch: 1 }, ({ events }) => {
        seen.push(...events.map((event) => event.version));
        void subscription.close();
      });
      expect(await subscription.ended).toBeNull();
      await put(store, 1);
      expect(seen).toEqual([1]);
    });

    it('waits for a running handler when closed, and delivers nothing afterwards', async () => {
      const store = await open();
      const start = store.durablePosition;
      const entered = Promise.withResolvers<void>();
      const leave = Promise.withResolvers<void>();
      const order: string[] = [];
      const subscription = store.subscribe({ after: start, maxBatch: 1 }, async () => {
        order.push('entered');
        entered.resolve();
        await leave.promise;
        order.push('left');
      });
      await put(store, 3);
      await entered.promise;
      const closing = subscription.close().then(() => order.push('closed'));
      leave.resolve();
      await closing;
      await put(store, 1);
      expect(order).toEqual(['entered', 'left', 'closed']);
      expect(await subscription.ended).toBeNull();
    });
  });
}
