import { reactionId } from '@countersign/event-sourcing';
import { DEFAULT_MAX_EVENT_BYTES, type EventStore, type RecordedEvent } from '@countersign/event-store';
import { createMemoryEventStore } from '@countersign/event-store/memory';
import { manualClock } from '@countersign/testing';
import { describe, expect, it } from 'vitest';
import { copyOf, eventsOf } from '../testing/calls.ts';
import { fullBook } from '../testing/full-book.ts';
import { createMeterBooks, type MeterBooks } from './books.ts';

const OLD = 'meter-acme-1';
const NEW = 'meter-acme-2';

/** After the month of `fullBook`. */
const clock = manualClock('2026-12-01T00:00:00.000Z');

const openedBy = (books: MeterBooks) =>
  books.run('acme', async ({ number, ledger }) => ({ number, holds: [...ledger.holds.keys()] }));

/** Every append that is made while the page is turned, and whether all before it was on the disk by then. */
function watch(store: EventStore) {
  const appends: { readonly bytes: number; readonly waited: boolean }[] = [];
  const survivors: number[] = [];
  const watched: EventStore = Object.create(store, {
    append: {
      value(...append: Parameters<EventStore['append']>) {
        const waited = store.durablePosition === store.acceptedPosition;
        const bytes = append[2].reduce((sum, event) => sum + JSON.stringify(event).length, 0);
        const receipt = store.append(...append);
        appends.push({ bytes, waited });
        survivors.push(store.acceptedPosition);
        return receipt;
      },
    },
  });
  return { watched, appends, survivors };
}

/** Refuses one append, the one after so many. */
function failingAfter(store: EventStore, appends: number): EventStore {
  const failure = { code: 'StoreUnavailable', reason: 'unreachable', detail: 'the network is cut' } as const;
  let left = appends;
  return Object.create(store, {
    append: {
      value(...append: Parameters<EventStore['append']>) {
        left -= 1;
        if (left !== -1) return store.append(...append);
        return { accepted: Promise.resolve(failure), durable: Promise.resolve(failure) };
      },
    },
  });
}

const idsIn = (events: readonly RecordedEvent[], stream: string, type: string) =>
  events.filter((event) => event.stream === stream && event.type === type).map(({ metadata }) => metadata.id);

describe('a full book of thousands of outstanding reservations', () => {
  it('gives way to the next in appends that every store takes, each durable before the one after', async () => {
    const store = createMemoryEventStore({
      maxAppendBytes: DEFAULT_MAX_EVENT_BYTES,
      sync: () => new Promise(setImmediate),
    });
    const holds = await fullBook(store, 4_500);
    const { watched, appends } = watch(store);
    expect(await openedBy(createMeterBooks({ store: watched, clock }))).toEqual({ number: 2, holds });
    expect(appends).toHaveLength(20);
    expect(appends.filter(({ waited }) => !waited)).toEqual([]);
    expect(Math.max(...appends.map(({ bytes }) => bytes))).toBeLessThan(DEFAULT_MAX_EVENT_BYTES / 2);
  });

  it('is turned by whoever comes after a crash at any step, to the same events with the same ids', async () => {
    const store = createMemoryEventStore();
    const holds = await fullBook(store, 1_200);
    const { watched, survivors } = watch(store);
    await openedBy(createMeterBooks({ store: watched, clock }));
    const whole = await eventsOf(store);
    const closing = idsIn(whole, OLD, 'quota-closed.v1');
    expect(closing).toEqual([0, 1, 2].map((index) => reactionId(OLD, 'meter-service.close-book.v1', index)));
    expect(idsIn(whole, NEW, 'quota-configured.v1')).toEqual(
      [0, 1, 2].map((index) => reactionId(String(closing[0]), 'meter-service.open-book.v1', index)),
    );
    expect(survivors).toHaveLength(6);
    for (const survived of survivors) {
      const rest = await copyOf(whole.slice(0, survived));
      const later = manualClock('2026-12-01T00:00:09.000Z');
      expect(await openedBy(createMeterBooks({ store: rest, clock: later }))).toEqual({ number: 2, holds });
      const content = (events: readonly RecordedEvent[]) =>
        events.map(({ stream, version, data, metadata }) => [stream, version, data, metadata.id]);
      expect(content(await eventsOf(rest))).toEqual(content(whole));
    }
  });

  it('is turned once by several instances at the same time, wherever one before them has crashed', async () => {
    const store = createMemoryEventStore();
    const holds = await fullBook(store, 1_200);
    const before = await eventsOf(store);
    const { watched, survivors } = watch(store);
    await openedBy(createMeterBooks({ store: watched, clock }));
    const whole = await eventsOf(store);
    for (const survived of [before.length, ...survivors]) {
      const rest = await copyOf(whole.slice(0, survived));
      const instances = [1, 2, 3].map(() => createMeterBooks({ store: rest, clock }));
      const opened = await Promise.all(instances.map(openedBy));
      expect(opened).toEqual(instances.map(() => ({ number: 2, holds })));
      expect((await eventsOf(rest)).map(({ metadata }) => metadata.id)).toEqual(
        whole.map(({ metadata }) => metadata.id),
      );
    }
  });

  it('is turned by an instance that had it open when another failed at any step, and by that one', async () => {
    for (let written = 0; written <= 6; written += 1) {
      const store = createMemoryEventStore();
      const holds = await fullBook(store, 1_200);
      const time = manualClock('2026-11-30T23:59:59.999Z');
      const one = createMeterBooks({ store, clock: time });
      const other = createMeterBooks({ store: failingAfter(store, written), clock: time });
      for (const books of [one, other]) expect(await openedBy(books)).toEqual({ number: 1, holds });
      time.advance(1);
      expect(await openedBy(other)).toMatchObject(written < 6 ? { kind: 'failed' } : { number: 2 });
      for (const books of [one, other]) expect(await openedBy(books)).toEqual({ number: 2, holds });
      expect(await eventsOf(store)).toHaveLength(1_202 + 6);
    }
  });

  it('is given up, and not waited for, where a part is missing', async () => {
    const store = createMemoryEventStore();
    await fullBook(store, 1_200);
    await openedBy(createMeterBooks({ store, clock }));
    const closed = (await eventsOf(store)).filter(({ stream }) => stream === OLD);
    const [last] = closed.splice(-1);
    const [missing] = closed.splice(-1);
    const broken = await copyOf([...closed, { ...last, version: missing?.version } as RecordedEvent]);
    await expect(openedBy(createMeterBooks({ store: broken, clock }))).rejects.toThrow(
      "the meters of acme can't be read: meter-acme-2: parts after version 1 are missing",
    );
  });
});
