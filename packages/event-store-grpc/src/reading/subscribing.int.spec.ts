import type { Readable } from 'node:stream';
import {
  type AllStreamResolvedEvent,
  eventTypeFilter,
  type FilterOn,
  START,
  streamNameFilter,
  UnavailableError,
} from '@eventstore/db-client';
import { describe, expect, it } from 'vitest';
import { put } from '../testing/node-client.ts';
import { served } from '../testing/opened.ts';

/** What a subscription says, in its order, until it has said as much as is waited for. */
function following(reading: object) {
  const subscription = reading as Readable;
  const said: (string | undefined)[] = [];
  const failed = Promise.withResolvers<Error>();
  let wake = () => {};
  const say = (what: string | undefined) => {
    said.push(what);
    wake();
  };
  subscription.on('confirmation', () => say('confirmation'));
  subscription.on('caughtUp', () => say('caught up'));
  subscription.on('data', ({ event }: AllStreamResolvedEvent) => say(event?.id));
  subscription.on('error', failed.resolve);
  return {
    said,
    failed: failed.promise,
    async until(count: number) {
      while (said.length < count) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      return said;
    },
  };
}

describe('a subscription to everything', () => {
  it('confirms, replays, says that it has caught up, and goes on live', async () => {
    const { store, client } = await served();
    const stored = [...(await put(store, 'order-1', 3)), ...(await put(store, 'tool-1', 2))];
    const subscription = client.subscribeToAll({ fromPosition: START });
    const seen = following(subscription);
    expect(await seen.until(7)).toEqual(['confirmation', ...stored, 'caught up']);
    const live = await put(store, 'order-1', 2);
    expect((await seen.until(9)).slice(7)).toEqual(live);
    await subscription.unsubscribe();
  });

  it('begins behind its position, or at the end', async () => {
    const { store, client } = await served();
    const ids = await put(store, 'order-1', 5);
    const behind = following(client.subscribeToAll({ fromPosition: { commit: 3n, prepare: 3n } }));
    expect(await behind.until(4)).toEqual(['confirmation', ids[3], ids[4], 'caught up']);
    const end = following(client.subscribeToAll({ fromPosition: 'end' }));
    expect(await end.until(2)).toEqual(['confirmation', 'caught up']);
    const live = await put(store, 'order-1', 1);
    expect((await end.until(3))[2]).toBe(live[0]);
  });

  it.each<[string, { filterOn: FilterOn; prefixes: string[] } | { filterOn: FilterOn; regex: string }]>([
    ['prefixes of stream names', streamNameFilter({ prefixes: ['tool-', 'user-'] })],
    ['a pattern of stream names', streamNameFilter({ regex: '^(tool|user)-' })],
    ['prefixes of types', eventTypeFilter({ prefixes: ['tool.', 'user.'] })],
    ['a pattern of types', eventTypeFilter({ regex: '^(?!order)' })],
  ])('filters by %s, and tells how far it has looked', async (_, filter) => {
    const { store, client } = await served();
    await put(store, 'order-1', 40, 'order.placed');
    const wanted = await put(store, 'tool-1', 2, 'tool.declared');
    await put(store, 'order-1', 40, 'order.placed');
    const checkpoints: bigint[] = [];
    const seen = following(
      client.subscribeToAll({
        filter: {
          ...filter,
          maxSearchWindow: 10,
          checkpointInterval: 2,
          checkpointReached: async (_subscription, { commit }) => void checkpoints.push(commit),
        },
      }),
    );
    const said = await seen.until(4);
    expect(said).toEqual(['confirmation', ...wanted, 'caught up']);
    expect(checkpoints).toEqual([80n]);
    await put(store, 'order-2', 16, 'order.placed');
    await put(store, 'tool-2', 1, 'tool.declared');
    await seen.until(5);
    expect(checkpoints).toEqual([80n]);
    await put(store, 'order-3', 1, 'order.placed');
    const [last] = await put(store, 'tool-3', 1, 'tool.declared');
    expect((await seen.until(6))[5]).toBe(last);
    expect(checkpoints).toEqual([80n, 100n]);
  });

  it('whose pattern could take for ever is refused', async () => {
    const { client } = await served();
    const seen = following(client.subscribeToAll({ filter: streamNameFilter({ regex: '^(a+)+$' }) }));
    expect((await seen.failed).message).toContain('may not repeat');
  });

  it('ends as unavailable, never as if there were nothing more, when the server or the store ends', async () => {
    const { store, client } = await served();
    const seen = following(client.subscribeToAll());
    await seen.until(2);
    await store.close();
    expect(await seen.failed).toBeInstanceOf(UnavailableError);
  });

  it('is as slow as its reader: what is not read is not taken from the store', async () => {
    const { store, client } = await served();
    let handed = 0;
    const { subscribe } = store;
    store.subscribe = (options, handler) =>
      subscribe(options, async (batch) => {
        await handler(batch);
        handed += batch.events.length;
      });
    for (let stream = 0; stream < 40; stream += 1) await put(store, `order-${stream}`, 500);
    const subscription = client.subscribeToAll();
    for await (const _ of subscription) break;
    expect(handed).toBeLessThan(20_000);
    await subscription.unsubscribe();
  });
});

describe('a subscription to a stream', () => {
  it('replays behind its revision and goes on live, without what other streams have', async () => {
    const { store, client } = await served();
    const ids = await put(store, 'order-1', 1_100);
    await put(store, 'order-2', 3);
    const all = following(client.subscribeToStream('order-1'));
    const behind = following(client.subscribeToStream('order-1', { fromRevision: 1_097n }));
    expect(await behind.until(4)).toEqual(['confirmation', ids[1_098], ids[1_099], 'caught up']);
    await all.until(1_102);
    await put(store, 'order-2', 1);
    const live = await put(store, 'order-1', 1);
    expect(await all.until(1_103)).toEqual(['confirmation', ...ids, 'caught up', ...live]);
    expect((await behind.until(5)).slice(4)).toEqual(live);
  });

  it('that does not exist waits for it', async () => {
    const { store, client } = await served();
    const seen = following(client.subscribeToStream('order-1'));
    expect(await seen.until(2)).toEqual(['confirmation', 'caught up']);
    const ids = await put(store, 'order-1', 2);
    expect((await seen.until(4)).slice(2)).toEqual(ids);
  });

  it('loses and repeats nothing while others append', async () => {
    const { store, client } = await served();
    const writing = (async () => {
      const ids: string[] = [];
      for (let round = 0; round < 100; round += 1) ids.push(...(await put(store, 'order-1', 3)));
      return ids;
    })();
    const subscribed = Array.from({ length: 5 }, () => following(client.subscribeToStream('order-1')));
    const ids = await writing;
    for (const one of subscribed) {
      const said = await one.until(302);
      expect(said.filter((what) => what?.includes('-'))).toEqual(ids);
    }
  });
});
