import { describe, expect, it } from 'vitest';
import { currentPosition } from '../current-position.ts';
import type { EventStore } from '../event-store.ts';
import { createMemoryEventStore } from '../memory/index.ts';
import { DEFAULT_PAGE_EVENTS } from '../read-all.ts';
import { MAX_CONFLICT_RETRIES } from './command-handler.ts';
import { commanded, counting } from './testing/counter.ts';

/** Two processes that have the same counter in their caches, at 90 of 100. */
async function two() {
  const store = createMemoryEventStore();
  const [one, other] = [counting(store), counting(store)];
  const count = (handler: typeof one, id: string, by: number) =>
    handler.handle('counter-1', { id, by }, commanded(id));
  await count(one, 'first', 45);
  await count(other, 'second', 45);
  await one.load('counter-1', 'caughtUp');
  return { store, one, other, count };
}

describe('a command of which another process knows more', () => {
  it('is not rejected by what was so before', async () => {
    const { one, other, count } = await two();
    expect(await count(one, 'much', 20)).toMatchObject({ kind: 'rejected' });
    await count(other, 'less', -50);
    expect(await count(one, 'much', 20)).toMatchObject({ kind: 'handled', state: { total: 60 } });
  });

  it('is answered by what is so now, where it is so already', async () => {
    const { one, other, count } = await two();
    await count(other, 'third', 5);
    expect(await count(one, 'second', 45)).toMatchObject({ events: [], version: 3, state: { total: 95 } });
  });

  it('fails where it would append nothing and the ledger can not say that this is still right', async () => {
    const { store, one, count } = await two();
    const read = store.read;
    Object.assign(store, { read: () => Promise.reject(new Error('no answer')) });
    expect(await count(one, 'second', 45)).toMatchObject({ error: { code: 'StoreUnavailable' } });
    Object.assign(store, { read });
    expect(await count(one, 'second', 45)).toMatchObject({ kind: 'handled' });
  });

  it('waits until it can read what another process has accepted, however often it looks', async () => {
    const sync = Promise.withResolvers<void>();
    const store = createMemoryEventStore({ sync: () => sync.promise });
    // One server for all processes: what is read there is durable.
    const remote: EventStore = Object.create(store, {
      read: {
        value: (stream: string, options: object) => store.read(stream, { ...options, visibility: 'durable' }),
      },
    });
    await counting(store).handle('counter-1', { id: 'dead', by: 45 }, commanded('dead'));
    let pauses = 0;
    const pause = async () => {
      pauses += 1;
      if (pauses > MAX_CONFLICT_RETRIES + 1) sync.resolve();
    };
    const handled = await counting(remote, { pause }).handle(
      'counter-1',
      { id: 'next', by: 5 },
      commanded('next'),
    );
    expect(handled).toMatchObject({ kind: 'handled', version: 2, state: { total: 50 } });
  });
});

it('a loaded state is that of this process, or caught up with all of them', async () => {
  const { one, other, count } = await two();
  await count(other, 'third', 5);
  expect((await one.load('counter-1')).version).toBe(2);
  expect(await one.load('counter-1', 'caughtUp')).toMatchObject({ version: 3, state: { total: 95 } });
  expect((await one.load('counter-1')).version).toBe(3);
});

it('the current position is that of the ledger, however far behind this process is', async () => {
  const store = createMemoryEventStore();
  const handler = counting(store);
  for (let n = 0; n <= 2 * DEFAULT_PAGE_EVENTS; n += 1)
    await handler.handle('counter-1', { id: `${n}`, by: 0 }, commanded(`${n}`));
  const trailing = { acceptedPosition: 0, readPage: store.readPage };
  expect(await currentPosition(trailing)).toBe(2 * DEFAULT_PAGE_EVENTS + 1);
  expect(await currentPosition(store)).toBe(2 * DEFAULT_PAGE_EVENTS + 1);
});
