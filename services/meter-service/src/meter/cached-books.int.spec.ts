import type { EventStore } from '@countersign/event-store';
import { createMemoryEventStore } from '@countersign/event-store/memory';
import { manualClock } from '@countersign/testing';
import { describe, expect, it } from 'vitest';
import { fullBook } from '../testing/full-book.ts';
import { createMeterBooks, type MeterBooks } from './books.ts';

/** Below 2,500 entries every book counts as much. */
const CALLS = 3_000;
const NAMES = ['acme', 'globex', 'hooli', 'initech'] as const;

/** Four organizations with a book of 3,000 reservations each, and how often each book is folded from its beginning. */
async function fourBooks(maxCachedEntries: number) {
  const store = createMemoryEventStore();
  for (const name of NAMES) await fullBook(store, CALLS, name);
  const folds = new Map<string, number>(NAMES.map((name) => [name, 0]));
  const watched: EventStore = Object.create(store, {
    read: {
      value(...read: Parameters<EventStore['read']>) {
        const [stream, how] = read;
        const name = stream.split('-')[1] ?? '';
        if (!how?.after && how?.limit !== 1) folds.set(name, (folds.get(name) ?? 0) + 1);
        return store.read(...read);
      },
    },
  });
  const clock = manualClock('2026-11-16T00:00:00.000Z');
  const books = createMeterBooks({ store: watched, clock, maxCachedEntries });
  const use = async (...names: readonly string[]) => {
    for (const name of names) {
      expect(await books.run(name, async ({ ledger }) => ledger.holds.size)).toBe(CALLS);
    }
  };
  return { use, folds };
}

describe('the books in memory', () => {
  it('are those used last, as many as are not too large together', async () => {
    const { use, folds } = await fourBooks(4 * (CALLS + 1));
    await use('acme', 'globex', 'acme', 'globex', 'acme');
    expect(Object.fromEntries(folds)).toMatchObject({ acme: 1, globex: 1 });
    await use('hooli', 'initech', 'hooli', 'initech', 'globex', 'hooli', 'globex', 'hooli');
    await use('acme');
    expect(Object.fromEntries(folds)).toMatchObject({ hooli: 1, initech: 1 });
    expect(folds.get('acme')).toBe(2);
  });

  it('are one, the one in use, where that alone is larger than all may be', async () => {
    const { use, folds } = await fourBooks(CALLS);
    await use('acme', 'acme', 'acme');
    expect(folds.get('acme')).toBe(1);
    await use('globex', 'globex', 'hooli', 'hooli');
    await use('acme');
    expect(Object.fromEntries(folds)).toMatchObject({ acme: 2, globex: 1, hooli: 1 });
  });
});

describe('a book that others may have written in', () => {
  const clock = manualClock('2026-11-16T00:00:00.000Z');
  const releaseFirst = (books: MeterBooks) =>
    books.run('acme', async ({ ledger, at, handle }) => {
      const [id] = ledger.holds.keys();
      const metadata = { organization: 'acme', time: new Date(at).toISOString(), eventId: () => String(id) };
      await handle({ type: 'release', id: String(id), at }, metadata);
    });
  const holdsIn = (books: MeterBooks) => books.run('acme', async ({ ledger }) => ledger.holds.size);

  it('is read on after it was told, also when that comes while it is being read', async () => {
    const store = createMemoryEventStore();
    await fullBook(store, 3);
    let readingOn: (() => Promise<unknown>) | null = null;
    const watched: EventStore = Object.create(store, {
      read: {
        async value(...read: Parameters<EventStore['read']>) {
          const events = await store.read(...read);
          const meanwhile = readingOn;
          readingOn = null;
          await meanwhile?.();
          return events;
        },
      },
    });
    const books = createMeterBooks({ store: watched, clock });
    expect(await holdsIn(books)).toBe(3);
    books.othersWrote();
    readingOn = async () => {
      await releaseFirst(createMeterBooks({ store, clock }));
      books.othersWrote();
    };
    expect(await holdsIn(books)).toBe(3);
    expect(await holdsIn(books)).toBe(2);
  });
});
