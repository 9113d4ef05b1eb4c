import { describe, expect, it } from 'vitest';
import type { EventStore } from '../event-store.ts';
import { newEvent, newEvents, newStream, refused, taken } from './samples.ts';

/** A retry of the same batch is the same append; sameness is judged inside the stream, by ids. */
export function idempotenceConformance(open: () => Promise<EventStore>): void {
  describe('an append that is repeated', () => {
    it.each([
      ['creating a stream', 0],
      ['at a version', 2],
    ] as const)('%s answers the original result and stores nothing', async (_, before) => {
      const store = await open();
      const stream = newStream();
      if (before > 0) await taken(store.append(stream, 'no-stream', newEvents(before)).durable);
      const events = newEvents(3);
      const original = await taken(store.append(stream, before, events).durable);
      const repeated = await taken(store.append(stream, before, events).durable);
      expect(repeated).toEqual({
        version: original.version,
        position: original.position,
        events: [],
        repeated: true,
      });
      expect(await store.read(stream)).toHaveLength(before + 3);
    });

    it('is recognized after others have followed', async () => {
      const store = await open();
      const stream = newStream();
      const events = newEvents(2);
      const original = await taken(store.append(stream, 'no-stream', events).durable);
      await taken(store.append(stream, 2, newEvents(40)).durable);
      const repeated = await taken(store.append(stream, 'no-stream', events).durable);
      expect(repeated).toMatchObject({ version: 2, position: original.position, repeated: true });
    });

    it('is recognized while the first attempt is still on its way', async () => {
      const store = await open();
      const stream = newStream();
      const events = newEvents(2);
      const receipts = [store.append(stream, 'no-stream', events), store.append(stream, 'no-stream', events)];
      const results = await Promise.all(receipts.map((receipt) => taken(receipt.durable)));
      expect(results.map((result) => result.version)).toEqual([2, 2]);
      expect(results.filter((result) => result.repeated)).toHaveLength(1);
      expect(await store.read(stream)).toHaveLength(2);
    });

    it('is a conflict when an id, the order or the number of events differs', async () => {
      const store = await open();
      const stream = newStream();
      const [first, second] = [newEvent(), newEvent()];
      await taken(store.append(stream, 'no-stream', [first, second]).durable);
      for (const batch of [[first, newEvent()], [second, first], [first, second, newEvent()], [second]]) {
        const error = await refused(store.append(stream, 'no-stream', batch).durable);
        expect(error).toMatchObject({ code: 'VersionConflict', expected: 0, actual: 2 });
      }
      expect(await store.read(stream)).toHaveLength(2);
    });

    it('is a conflict at another version', async () => {
      const store = await open();
      const stream = newStream();
      const events = newEvents(2);
      await taken(store.append(stream, 'no-stream', events).durable);
      const error = await refused(store.append(stream, 1, events).durable);
      expect(error).toMatchObject({ code: 'VersionConflict', expected: 1, actual: 2 });
    });

    it('is another append in another stream', async () => {
      const store = await open();
      const [one, other] = [newStream(), newStream()];
      const events = newEvents(1);
      await taken(store.append(one, 'no-stream', events).durable);
      expect(await taken(store.append(other, 'no-stream', events).durable)).toMatchObject({
        repeated: false,
      });
      expect(await store.read(other)).toHaveLength(1);
    });
  });
}
