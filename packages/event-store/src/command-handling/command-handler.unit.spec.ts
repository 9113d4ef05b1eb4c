import { type Decider, reject } from '@countersign/event-sourcing';
import { describe, expect, it } from 'vitest';
import { expectPending } from '../conformance/samples.ts';
import type { StoreError } from '../errors.ts';
import type { EventStore } from '../event-store.ts';
import { createMemoryEventStore } from '../memory/index.ts';
import { MAX_AMBIGUITY_RETRIES } from './append-settled.ts';
import { createCommandHandler, MAX_CONFLICT_RETRIES } from './command-handler.ts';
import {
  type Count,
  type Counted,
  type Counter,
  commanded,
  counter,
  counting,
  plain,
} from './testing/counter.ts';

/** A store whose way to the disk opens when the test says so. */
function heldStore() {
  const gate = Promise.withResolvers<void>();
  return { store: createMemoryEventStore({ sync: () => gate.promise }), gate };
}

/** The memory store behind a connection that loses answers: of the first `lost` appends, stored or not. */
function losingAnswers(lost: number, stored: boolean) {
  const store = createMemoryEventStore();
  let appends = 0;
  const unknown: StoreError = { code: 'OutcomeUnknown', detail: 'no answer in time' };
  const losing: EventStore = {
    ...store,
    append(stream, expected, events) {
      appends += 1;
      if (appends > lost) return store.append(stream, expected, events);
      if (stored) store.append(stream, expected, events);
      return { accepted: Promise.resolve(unknown), durable: Promise.resolve(unknown) };
    },
    whenDurable: store.whenDurable,
  };
  return { store, losing, appends: () => appends };
}

/** Counts once, and refuses the second time: who decides it again after it was stored refuses what was done. */
const once: Decider<Counter, Count, Counted, 'counted_before'> = {
  initial: counter.initial,
  evolve: counter.evolve,
  decide: ({ id, by }, state) =>
    state.counted.includes(id)
      ? reject('counted_before', `${id} was counted before`)
      : [{ type: 'counted', data: { id, by } }],
};

describe('a command', () => {
  it('is decided on the accepted state, and its events are stored with their metadata', async () => {
    const store = createMemoryEventStore();
    const handler = counting(store);
    await handler.handle('counter-1', { id: 'a', by: 3 }, commanded('a'));
    const handled = await handler.handle('counter-1', { id: 'b', by: 4 }, commanded('b'));
    expect(handled).toMatchObject({ kind: 'handled', state: { total: 7 }, version: 2, position: 2 });
    expect(handled.kind === 'handled' && (await handled.durable())).toBeNull();
    expect(await store.read('counter-1')).toMatchObject([
      { data: { id: 'a', by: 3 }, metadata: { id: 'a/0', organization: 'acme' } },
      { data: { id: 'b', by: 4 }, metadata: { id: 'b/0' } },
    ]);
  });

  it('that is rejected stores nothing', async () => {
    const store = createMemoryEventStore();
    const handled = await counting(store).handle('counter-1', { id: 'a', by: 101 }, commanded('a'));
    expect(handled).toMatchObject({ kind: 'rejected', rejection: { rejected: 'too_many' } });
    expect(store.acceptedPosition).toBe(0);
  });

  it('that is already so changes nothing', async () => {
    const store = createMemoryEventStore();
    const handler = counting(store);
    await handler.handle('counter-1', { id: 'a', by: 3 }, commanded('a'));
    const again = await handler.handle('counter-1', { id: 'a', by: 3 }, commanded('a'));
    expect(again).toMatchObject({ kind: 'handled', events: [], version: 1, state: { total: 3 } });
    expect(store.acceptedPosition).toBe(1);
  });

  it('sees events in the newest version of their type', async () => {
    const store = createMemoryEventStore();
    const old = { type: 'counted.old', data: { who: 'a', by: 60 }, metadata: { ...commanded('a'), id: 'x' } };
    const { eventId: _, ...metadata } = old.metadata;
    await store.append('counter-1', 'no-stream', [{ ...old, metadata }]).durable;
    const handler = counting(store, {
      upcast: (event) =>
        event.type === 'counted.old'
          ? { ...event, type: 'counted', data: { id: event.data.who ?? '', by: event.data.by ?? 0 } }
          : event,
    });
    expect(await handler.load('counter-1')).toMatchObject({
      state: { total: 60, counted: ['a'] },
      version: 1,
    });
  });
});

describe('durability', () => {
  it('of new events is waited for, while the next command follows on acceptance', async () => {
    const { store, gate } = heldStore();
    const handler = counting(store);
    const first = await handler.handle('counter-1', { id: 'a', by: 1 }, commanded('a'));
    const second = await handler.handle('counter-1', { id: 'b', by: 1 }, commanded('b'));
    if (first.kind !== 'handled' || second.kind !== 'handled') throw new Error('refused');
    expect(second.version).toBe(2);
    await expectPending(first.durable());
    gate.resolve();
    expect(await Promise.all([first.durable(), second.durable()])).toEqual([null, null]);
  });

  it('is waited for by "already so" and by a rejection: they answer from what is only accepted', async () => {
    const { store, gate } = heldStore();
    const handler = counting(store);
    await handler.handle('counter-1', { id: 'a', by: 90 }, commanded('a'));
    const again = await handler.handle('counter-1', { id: 'a', by: 90 }, commanded('a'));
    const refused = await handler.handle('counter-1', { id: 'b', by: 20 }, commanded('b'));
    if (again.kind === 'failed' || refused.kind === 'failed') throw new Error('failed');
    expect([again.kind, refused.kind]).toEqual(['handled', 'rejected']);
    await expectPending(Promise.race([again.durable(), refused.durable()]));
    gate.resolve();
    expect(await again.durable()).toBeNull();
    expect(await refused.durable()).toBeNull();
  });

  it('that fails is told as unknown, to all who wait', async () => {
    const { store, gate } = heldStore();
    const handler = counting(store);
    const first = await handler.handle('counter-1', { id: 'a', by: 1 }, commanded('a'));
    const again = await handler.handle('counter-1', { id: 'a', by: 1 }, commanded('a'));
    gate.reject(new Error('EIO'));
    for (const each of [first, again]) {
      expect(each.kind === 'handled' && (await each.durable())).toMatchObject({ code: 'OutcomeUnknown' });
    }
    const later = await handler.handle('counter-1', { id: 'b', by: 1 }, commanded('b'));
    expect(later).toMatchObject({ kind: 'failed', error: { code: 'StoreUnavailable', reason: 'failed' } });
  });
});

describe('another writer', () => {
  it('makes the command be decided again on what the stream says now', async () => {
    const store = createMemoryEventStore();
    const [ours, theirs] = [counting(store), counting(store)];
    await ours.handle('counter-1', { id: 'a', by: 40 }, commanded('a'));
    await theirs.handle('counter-1', { id: 'b', by: 40 }, commanded('b'));
    expect(await ours.handle('counter-1', { id: 'c', by: 10 }, commanded('c'))).toMatchObject({
      kind: 'handled',
      version: 3,
      state: { total: 90 },
    });
    await theirs.handle('counter-1', { id: 'd', by: 10 }, commanded('d'));
    expect(await ours.handle('counter-1', { id: 'e', by: 10 }, commanded('e'))).toMatchObject({
      kind: 'rejected',
    });
  });

  it('that always comes first is given up on after a bound', async () => {
    const store = createMemoryEventStore();
    let interferences = 0;
    const pauses: number[] = [];
    const handler = counting(store, {
      pause: async (attempt) => void pauses.push(attempt),
      async seal(stream, events, metadata) {
        const { length } = await store.read(stream, { visibility: 'accepted' });
        interferences += 1;
        const other: Counted = { type: 'counted', data: { id: `other ${interferences}`, by: 1 } };
        await store.append(stream, length, await plain(stream, [other], commanded(other.data.id))).accepted;
        return plain(stream, events, metadata);
      },
    });
    const handled = await handler.handle('counter-1', { id: 'a', by: 1 }, commanded('a'));
    expect(handled).toMatchObject({ kind: 'failed', error: { code: 'VersionConflict' } });
    expect(interferences).toBe(1 + MAX_CONFLICT_RETRIES);
    expect(pauses).toEqual([0, 1, 2]);
    expect((await handler.load('counter-1')).state.counted).not.toContain('a');
  });
});

describe('an unknown outcome', () => {
  it.each([
    ['was stored', true],
    ['was not stored', false],
  ])('of an append that %s is settled by repeating the same batch', async (_, stored) => {
    const { store, losing } = losingAnswers(1, stored);
    const handled = await counting(losing).handle('counter-1', { id: 'a', by: 3 }, commanded('a'));
    expect(handled).toMatchObject({ kind: 'handled', state: { total: 3 }, version: 1 });
    expect(await store.read('counter-1')).toHaveLength(1);
  });

  it('of an append that was stored is this command: it is not decided again on what it has done itself', async () => {
    const { store, losing } = losingAnswers(1, true);
    const handler = createCommandHandler({ store: losing, decider: once, seal: plain });
    const handled = await handler.handle('counter-1', { id: 'a', by: 3 }, commanded('a'));
    expect(handled).toMatchObject({
      kind: 'handled',
      state: { total: 3 },
      version: 1,
      position: 1,
      events: [{ type: 'counted', data: { id: 'a', by: 3 }, version: 1, position: 1 }],
    });
    expect(await store.read('counter-1')).toHaveLength(1);
  });

  it('is not taken for this command where an earlier one stored other words under the same id', async () => {
    const { store, losing } = losingAnswers(1, true);
    await counting(store).handle('counter-1', { id: 'a', by: 3 }, commanded('a'));
    const handler = createCommandHandler({
      store: losing,
      decider: once,
      seal: plain,
      begins: () => true,
    });
    const handled = await handler.handle('counter-1', { id: 'a', by: 4 }, commanded('a'));
    expect(handled).toMatchObject({ kind: 'rejected', rejection: { rejected: 'counted_before' } });
  });

  it('that stays unknown is said so, after a bound', async () => {
    const { losing, appends } = losingAnswers(100, false);
    const handler = counting(losing);
    const handled = await handler.handle('counter-1', { id: 'a', by: 3 }, commanded('a'));
    expect(handled).toMatchObject({ kind: 'failed', error: { code: 'OutcomeUnknown' } });
    expect(appends()).toBe(1 + MAX_AMBIGUITY_RETRIES);
  });

  it('does not count twice when the command is sent again', async () => {
    const { store, losing } = losingAnswers(1 + MAX_AMBIGUITY_RETRIES, true);
    const handler = counting(losing);
    await handler.handle('counter-1', { id: 'a', by: 3 }, commanded('a'));
    const again = await handler.handle('counter-1', { id: 'a', by: 3 }, commanded('a'));
    expect(again).toMatchObject({ kind: 'handled', state: { total: 3 }, events: [] });
    expect(await store.read('counter-1')).toHaveLength(1);
  });
});

describe('sealing without a key', () => {
  it('stores nothing and answers unavailable; the next command goes on', async () => {
    const store = createMemoryEventStore();
    let locked = true;
    const handler = counting(store, {
      async seal(stream, events, metadata) {
        if (locked)
          throw Object.assign(new Error('the key vault does not answer'), { code: 'vault_unavailable' });
        return plain(stream, events, metadata);
      },
    });
    const failed = await handler.handle('counter-1', { id: 'a', by: 1 }, commanded('a'));
    expect(failed).toMatchObject({
      kind: 'failed',
      error: { code: 'StoreUnavailable', reason: 'unreachable' },
    });
    expect(store.acceptedPosition).toBe(0);
    locked = false;
    expect(await handler.handle('counter-1', { id: 'a', by: 1 }, commanded('a'))).toMatchObject({
      version: 1,
    });
  });
});

describe('refusals of the store', () => {
  it('are answered as they are', async () => {
    const store = createMemoryEventStore({ maxEventBytes: 50 });
    const handled = await counting(store).handle('counter-1', { id: 'a', by: 1 }, commanded('a'));
    expect(handled).toMatchObject({ kind: 'failed', error: { code: 'EventTooLarge' } });
  });

  it('to fold are none of the store: they reject, and stay', async () => {
    const store = createMemoryEventStore();
    await counting(store).handle('counter-1', { id: 'a', by: 1 }, commanded('a'));
    const handler = counting(store, {
      upcast(event) {
        throw new TypeError(`${event.type} has no amount`);
      },
    });
    const handled = handler.handle('counter-1', { id: 'b', by: 1 }, commanded('b'));
    await expect(handled).rejects.toThrow('folded at counted, version 1: counted has no amount');
  });

  it('to read are answered as unavailable', async () => {
    const store = createMemoryEventStore();
    const unreadable: EventStore = { ...store, read: () => Promise.reject(new Error('EIO')) };
    const handled = await counting(unreadable).handle('counter-1', { id: 'a', by: 1 }, commanded('a'));
    expect(handled).toMatchObject({ kind: 'failed', error: { code: 'StoreUnavailable', detail: 'EIO' } });
  });
});

describe('a command that begins a stream', () => {
  /** The store, and how often it was read. */
  const reads = () => {
    const store = createMemoryEventStore();
    let read = 0;
    const counted: EventStore = {
      ...store,
      read(...asked) {
        read += 1;
        return store.read(...asked);
      },
    };
    return { store: counted, count: () => read };
  };
  const beginning = (store: EventStore) => counting(store, { begins: () => true, pause: async () => {} });

  it('is appended without looking for a stream that is not there', async () => {
    const { store, count } = reads();
    const handled = await beginning(store).handle('counter-1', { id: 'a', by: 3 }, commanded('a'));
    expect(handled).toMatchObject({ kind: 'handled', version: 1, state: { total: 3 } });
    expect(count()).toBe(0);
  });

  it.each([
    ['the same events', 'a', 1, 3],
    ['other events', 'b', 2, 7],
  ])('is decided on what stands there if there is one with %s', async (_, id, version, total) => {
    const { store } = reads();
    await counting(store).handle('counter-1', { id: 'a', by: 3 }, commanded('a'));
    const handled = await beginning(store).handle('counter-1', { id, by: 4 }, commanded(id));
    expect(handled).toMatchObject({ kind: 'handled', version, state: { total } });
    expect(await store.read('counter-1')).toHaveLength(version);
  });

  it('and is refused is refused by what stands there', async () => {
    const { store } = reads();
    await counting(store).handle('counter-1', { id: 'a', by: 99 }, commanded('a'));
    const handled = await beginning(store).handle('counter-1', { id: 'b', by: 101 }, commanded('b'));
    expect(handled).toMatchObject({ kind: 'rejected', rejection: { detail: '99 of 100 are used' } });
  });
});
