import { createMemoryEventStore } from '@countersign/event-store/memory';
import {
  AccessDeniedError,
  ANY,
  binaryEvent,
  jsonEvent,
  MaxAppendSizeExceededError,
  NO_STREAM,
  WrongExpectedVersionError,
} from '@eventstore/db-client';
import { describe, expect, it } from 'vitest';
import { proposed, put } from '../testing/node-client.ts';
import { served } from '../testing/opened.ts';

/** The client appends by `Append` when credentials come with the call, by `BatchAppend` otherwise. */
const WAYS = [
  ['BatchAppend', {}],
  ['Append', { credentials: { username: 'test', password: 'test' } }],
] as const;

describe.each(WAYS)('appending by %s', (_, way) => {
  it('stores events as the ledger has them, and answers revision and position', async () => {
    const { store, client } = await served({ nowMs: () => Date.UTC(2026, 2, 1) });
    const sealed = { key: 'k', ciphertext: 'AAECAw', digests: {} };
    const one = proposed('order.placed', { organization: 'acme', causation: 'x', sealed });
    const result = await client.appendToStream('order-1', [one, proposed()], {
      expectedRevision: NO_STREAM,
      ...way,
    });
    expect(result).toMatchObject({ nextExpectedRevision: 1n, position: { commit: 2n, prepare: 2n } });
    expect((await store.read('order-1'))[0]).toEqual({
      type: 'order.placed',
      data: one.data,
      sealed,
      metadata: { id: one.id, time: '2026-03-01T00:00:00.000Z', organization: 'acme', causation: 'x' },
      stream: 'order-1',
      version: 1,
      position: 1,
    });
    const next = await client.appendToStream('order-1', proposed(), { expectedRevision: 1n, ...way });
    expect(next.nextExpectedRevision).toBe(2n);
  });

  it('leaves out what a client adds to the metadata unasked, as the Java client does for its tracing', async () => {
    const { store, client } = await served();
    const traced = proposed('order.placed', { organization: 'acme', $traceId: 'a', $spanId: 'b' });
    await client.appendToStream('order-1', traced, { expectedRevision: NO_STREAM, ...way });
    const [stored] = await store.read('order-1');
    expect(Object.keys(stored?.metadata ?? {})).toEqual(['id', 'time', 'organization']);
  });

  it('answers the same when it is repeated', async () => {
    const { store, client } = await served();
    const batch = [proposed(), proposed()];
    const append = () => client.appendToStream('order-1', batch, { expectedRevision: NO_STREAM, ...way });
    expect(await append()).toEqual(await append());
    expect(await store.read('order-1')).toHaveLength(2);
  });

  it.each([
    ['no stream, where there is one', NO_STREAM, 2, 1n],
    ['a revision that was passed', 0n, 2, 1n],
    ['a revision, where there is no stream', 3n, 0, 'no_stream'],
  ] as const)(
    'answers a conflict with both revisions: %s',
    async (_name, expectedRevision, before, actual) => {
      const { store, client } = await served();
      if (before > 0) await put(store, 'order-1', before);
      const error = await client
        .appendToStream('order-1', proposed(), { expectedRevision, ...way })
        .catch((cause: unknown) => cause as WrongExpectedVersionError);
      expect(error).toBeInstanceOf(WrongExpectedVersionError);
      expect(error).toMatchObject({
        streamName: 'order-1',
        expectedVersion: expectedRevision,
        actualVersion: actual,
      });
    },
  );

  it('refuses what names no revision, and goes on', async () => {
    const { store, client } = await served();
    await expect(
      client.appendToStream('order-1', proposed(), { expectedRevision: ANY, ...way }),
    ).rejects.toThrow('"any" is not taken');
    await client.appendToStream('order-1', proposed(), { expectedRevision: NO_STREAM, ...way });
    expect(await store.read('order-1')).toHaveLength(1);
  });

  it.each([
    ['bytes', binaryEvent({ type: 'x', data: new Uint8Array([1]), metadata: { organization: 'acme' } })],
    ['no metadata', jsonEvent({ type: 'x', data: { a: 1 } })],
    ['no organization', proposed('x', { causation: 'y' })],
    ['metadata that the ledger has no place for', proposed('x', { organization: 'acme', tenant: 'x' })],
    ['a time that is none', proposed('x', { organization: 'acme', time: 'yesterday' })],
    ['an id that is not its own', proposed('x', { organization: 'acme', id: 'other' })],
    [
      'data that are no object',
      jsonEvent({ type: 'x', data: [1] as never, metadata: { organization: 'a' } }),
    ],
    ['a type that is too long', proposed('x'.repeat(600))],
  ])('refuses %s, and stores nothing', async (_name, bad) => {
    const { store, client } = await served();
    const append = client.appendToStream('order-1', [proposed(), bad], {
      expectedRevision: NO_STREAM,
      ...way,
    });
    await expect(append).rejects.toThrow();
    expect(await store.read('order-1')).toEqual([]);
  });

  it('refuses more than its limits take, also in many events or parts', async () => {
    const { store, client } = await served({ maxAppendBytes: 20_000, maxAppendEvents: 500 });
    const options = { expectedRevision: NO_STREAM, batchAppendSize: 2_000, ...way } as const;
    const large = () =>
      jsonEvent({ type: 'x', data: { text: 'x'.repeat(1_000) }, metadata: { organization: 'a' } });
    const append = (events: ReturnType<typeof proposed>[]) =>
      client.appendToStream('order-1', events, options);
    const refusal = await append(Array.from({ length: 30 }, large)).catch((cause: unknown) => cause);
    expect(refusal).toBeInstanceOf(MaxAppendSizeExceededError);
    expect(refusal).toMatchObject({ maxAppendSize: 20_000 });
    await expect(
      append(Array.from({ length: 501 }, () => proposed('x', { organization: 'a' }))),
    ).rejects.toThrow();
    expect(await store.read('order-1')).toEqual([]);
    await append(Array.from({ length: 10 }, large));
    expect(await store.read('order-1')).toHaveLength(10);
  });

  it('refuses a stream without a name, or with one that is too long', async () => {
    const { client } = await served();
    for (const name of ['', 'x'.repeat(600)]) {
      const append = client.appendToStream(name, proposed(), { expectedRevision: NO_STREAM, ...way });
      await expect(append).rejects.toThrow();
    }
  });

  it('says that nothing is written where the ledger is read-only, or the key may not', async () => {
    for (const options of [
      { writable: false },
      { callers: { authenticate: () => ({ append: false }) } },
    ] as const) {
      const { store, client } = await served(options);
      const append = client.appendToStream('order-1', proposed(), { expectedRevision: NO_STREAM, ...way });
      await expect(append).rejects.toBeInstanceOf(AccessDeniedError);
      expect(await store.read('order-1')).toEqual([]);
    }
  });

  it('takes nothing more with a key that was revoked, on a call that is open too', async () => {
    let holds: boolean | 'not-yet' = true;
    const authenticate = () => (holds === true ? { append: true } : holds || null);
    const { store, client } = await served({ callers: { authenticate } });
    const append = (stream: string) =>
      client.appendToStream(stream, proposed(), { expectedRevision: NO_STREAM, ...way });
    await append('order-1');
    holds = 'not-yet';
    await expect(append('order-2')).rejects.toThrow();
    holds = false;
    for (const _ of [1, 2]) await expect(append('order-2')).rejects.toBeInstanceOf(AccessDeniedError);
    holds = true;
    await append('order-3');
    expect(await store.read('order-2')).toEqual([]);
    expect(store.acceptedPosition).toBe(2);
  });

  it('answers only when the events are durable', async () => {
    const gate = Promise.withResolvers<void>();
    const store = createMemoryEventStore({ sync: () => gate.promise });
    const { client } = await served({ store });
    let answered = false;
    const append = client
      .appendToStream('order-1', proposed(), { expectedRevision: NO_STREAM, ...way })
      .then(() => {
        answered = true;
      });
    while (store.acceptedPosition === 0) await new Promise((resolve) => setImmediate(resolve));
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(answered).toBe(false);
    gate.resolve();
    await append;
  });

  it('says that it is unavailable when the store is', async () => {
    const { store, client } = await served();
    await store.close();
    const append = client.appendToStream('order-1', proposed(), { expectedRevision: NO_STREAM, ...way });
    await expect(append).rejects.toThrow();
  });
});

describe('many appends on one call', () => {
  it('are each answered, and keep the order of their stream', async () => {
    const { store, client } = await served();
    await client.appendToStream('order-first', proposed(), { expectedRevision: NO_STREAM });
    const appends = Array.from({ length: 600 }, (_, index) =>
      client.appendToStream(`order-${index % 3}`, proposed(), {
        expectedRevision: index < 3 ? NO_STREAM : BigInt(Math.floor(index / 3) - 1),
      }),
    );
    const results = await Promise.all(appends);
    expect(results.map(({ nextExpectedRevision }) => Number(nextExpectedRevision))).toEqual(
      appends.map((_, index) => Math.floor(index / 3)),
    );
    expect(store.durablePosition).toBe(601);
  });
});

describe('deleting', () => {
  it.each(['deleteStream', 'tombstoneStream'] as const)('is refused (%s)', async (name) => {
    const { store, client } = await served();
    await put(store, 'order-1', 1);
    await expect(client[name]('order-1')).rejects.toBeInstanceOf(AccessDeniedError);
    expect(await store.read('order-1')).toHaveLength(1);
  });
});
