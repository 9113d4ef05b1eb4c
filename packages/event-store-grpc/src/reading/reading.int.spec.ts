import { createMemoryEventStore } from '@countersign/event-store/memory';
import { BACKWARDS, END, START, StreamNotFoundError } from '@eventstore/db-client';
import { describe, expect, it } from 'vitest';
import { collected, event, put } from '../testing/node-client.ts';
import { served } from '../testing/opened.ts';

const idsOf = (events: readonly { event?: { id: string } }[]) => events.map(({ event: one }) => one?.id);

describe('reading a stream', () => {
  it('gives every field as the client knows it', async () => {
    const { store, client } = await served();
    const sealed = { key: 'acme/u1/2026-03/standard', ciphertext: 'AAECAw', digests: { reason: 'x' } };
    const one = event('order.placed', { data: { text: '€ "quoted"', number: 7 }, sealed });
    await store.append('order-1', 'no-stream', [one]).durable;
    const [read] = await collected(client.readStream('order-1'));
    expect(read?.event).toEqual({
      streamId: 'order-1',
      id: one.metadata.id,
      revision: 0n,
      type: 'order.placed',
      data: one.data,
      metadata: { ...one.metadata, sealed },
      isJson: true,
      created: new Date('2026-03-01T12:00:00.123Z'),
      position: { commit: 1n, prepare: 1n },
    });
    expect(read?.commitPosition).toBe(1n);
  });

  it('gives an id that is no UUID as one that is always the same, and itself in the metadata', async () => {
    const { store, client } = await served();
    const { metadata } = event();
    const odd = event('order.placed', { metadata: { ...metadata, id: 'not-a-uuid' } });
    await store.append('order-1', 'no-stream', [odd]).durable;
    const read = async () => (await collected(client.readStream('order-1')))[0]?.event;
    expect((await read())?.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5/);
    expect((await read())?.id).toBe((await read())?.id);
    expect((await read())?.metadata).toMatchObject({ id: 'not-a-uuid' });
  });

  it('goes forwards and backwards, from revisions that it includes, up to a limit', async () => {
    const { store, client } = await served();
    const ids = await put(store, 'order-1', 1_203);
    const read = async (options: Parameters<typeof client.readStream>[1]) =>
      idsOf(await collected(client.readStream('order-1', options)));
    expect(await read({})).toEqual(ids);
    expect(await read({ fromRevision: 1_200n })).toEqual(ids.slice(1_200));
    expect(await read({ fromRevision: 3n, maxCount: 2 })).toEqual(ids.slice(3, 5));
    expect(await read({ fromRevision: 9_999n })).toEqual([]);
    expect(await read({ fromRevision: END })).toEqual([]);
    const backwards = (await read({ direction: BACKWARDS, fromRevision: END })) as string[];
    expect(backwards).toEqual([...ids].reverse());
    const last = { direction: BACKWARDS, fromRevision: END, maxCount: 1 } as const;
    expect(await read(last)).toEqual(ids.slice(-1));
    expect(await read({ direction: BACKWARDS, fromRevision: 2n })).toEqual([ids[2], ids[1], ids[0]]);
    expect(await read({ direction: BACKWARDS, fromRevision: 9_999n, maxCount: 1 })).toEqual(ids.slice(-1));
    expect(await read({ direction: BACKWARDS, fromRevision: START })).toEqual([ids[0]]);
  });

  it('says that there is no stream', async () => {
    const { client } = await served();
    await expect(collected(client.readStream('order-none'))).rejects.toBeInstanceOf(StreamNotFoundError);
  });
});

describe('reading everything', () => {
  it('goes forwards from a position that it includes, and backwards from one that it excludes', async () => {
    const { store, client } = await served();
    const ids = [
      ...(await put(store, 'order-1', 700)),
      ...(await put(store, 'tool-1', 700)),
      ...(await put(store, 'order-1', 3)),
    ];
    const read = async (options: Parameters<typeof client.readAll>[0]) =>
      idsOf(await collected(client.readAll(options)));
    const at = (position: bigint) => ({ commit: position, prepare: position });
    expect(await read({})).toEqual(ids);
    expect(await read({ fromPosition: at(1_400n), maxCount: 2 })).toEqual(ids.slice(1_399, 1_401));
    expect(await read({ fromPosition: END })).toEqual([]);
    const backwards = { direction: BACKWARDS, fromPosition: END } as const;
    expect(await read(backwards)).toEqual([...ids].reverse());
    expect(await read({ ...backwards, maxCount: 1 })).toEqual(ids.slice(-1));
    expect(await read({ direction: BACKWARDS, fromPosition: at(3n) })).toEqual([ids[1], ids[0]]);
  });

  it('answers nothing of a ledger that is empty', async () => {
    const { client } = await served();
    expect(await collected(client.readAll())).toEqual([]);
    expect(await collected(client.readAll({ direction: BACKWARDS, fromPosition: END }))).toEqual([]);
  });

  it('shows only what is durable', async () => {
    const gate = Promise.withResolvers<void>();
    const store = createMemoryEventStore({ sync: () => gate.promise });
    const { client } = await served({ store });
    const receipt = store.append('order-1', 'no-stream', [event()]);
    await receipt.accepted;
    expect(await collected(client.readAll())).toEqual([]);
    await expect(collected(client.readStream('order-1'))).rejects.toBeInstanceOf(StreamNotFoundError);
    gate.resolve();
    await receipt.durable;
    expect(await collected(client.readAll())).toHaveLength(1);
  });

  it('stops taking from the store when the client has stopped reading', async () => {
    const { store, client } = await served();
    await put(store, 'order-1', 5_000);
    let pages = 0;
    const { readPage } = store;
    store.readPage = (options) => {
      pages += 1;
      return readPage(options);
    };
    const reading = client.readAll();
    for await (const _ of reading) break;
    await reading.cancel();
    expect(pages).toBeLessThan(10);
  });
});
