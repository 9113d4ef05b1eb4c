import { describe, expect, it } from 'vitest';
import type { EventStore } from '../event-store.ts';
import { newEvent, newEvents, newStream, refused, stored, taken } from './samples.ts';

/** Explicit versions, all or nothing, limits. */
export function appendConformance(open: () => Promise<EventStore>, maxEventBytes: number): void {
  describe('append', () => {
    it('creates a stream that must not exist, and counts its events as the version', async () => {
      const store = await open();
      const stream = newStream();
      const result = await taken(store.append(stream, 'no-stream', newEvents(3)).durable);
      expect(result).toMatchObject({ version: 3, repeated: false });
      expect(result.events.map((event) => [event.stream, event.version])).toEqual([
        [stream, 1],
        [stream, 2],
        [stream, 3],
      ]);
      expect(result.position).toBe((await store.read(stream)).at(-1)?.position);
    });

    it('takes version 0 for a stream that must not exist', async () => {
      const store = await open();
      const stream = newStream();
      await taken(store.append(stream, 0, newEvents(1)).durable);
      expect(await refused(store.append(stream, 0, newEvents(1)).durable)).toMatchObject({
        code: 'VersionConflict',
        actual: 1,
      });
    });

    it('appends at the version that the stream has', async () => {
      const store = await open();
      const stream = newStream();
      await taken(store.append(stream, 'no-stream', newEvents(2)).durable);
      expect(await taken(store.append(stream, 2, newEvents(1)).durable)).toMatchObject({ version: 3 });
    });

    it.each([
      ['no-stream for one that exists', 'no-stream', 0],
      ['a version that was passed', 1, 1],
      ['a version that is not reached', 7, 7],
    ] as const)(
      'refuses %s, reports the actual version and stores nothing',
      async (_, expected, reported) => {
        const store = await open();
        const stream = newStream();
        await taken(store.append(stream, 'no-stream', newEvents(2)).durable);
        const error = await refused(store.append(stream, expected, newEvents(1)).durable);
        expect(error).toEqual({ code: 'VersionConflict', stream, expected: reported, actual: 2 });
        expect(await store.read(stream)).toHaveLength(2);
      },
    );

    it('refuses a version of a stream that does not exist, with actual version 0', async () => {
      const store = await open();
      const error = await refused(store.append(newStream(), 4, newEvents(1)).durable);
      expect(error).toMatchObject({ code: 'VersionConflict', expected: 4, actual: 0 });
    });

    it('lets one of many appends at the same version win', async () => {
      const store = await open();
      const stream = newStream();
      await taken(store.append(stream, 'no-stream', newEvents(1)).durable);
      const receipts = Array.from({ length: 20 }, (_, index) =>
        store.append(stream, 1, [newEvent({ index })]),
      );
      const results = await Promise.all(receipts.map((receipt) => receipt.durable));
      expect(results.filter((result) => 'version' in result)).toHaveLength(1);
      expect(results.filter((result) => 'code' in result && result.code === 'VersionConflict')).toHaveLength(
        19,
      );
      expect((await store.read(stream)).map((event) => event.version)).toEqual([1, 2]);
    });

    it('stores a batch whole, in order, at neighbouring versions', async () => {
      const store = await open();
      const stream = newStream();
      const events = newEvents(2_000);
      const result = await taken(store.append(stream, 'no-stream', events).durable);
      expect(result.version).toBe(2_000);
      const stored = await store.read(stream);
      expect(stored.map((event) => event.metadata.id)).toEqual(events.map((event) => event.metadata.id));
      expect(stored.map((event) => event.version)).toEqual(events.map((_, index) => index + 1));
    });

    it('refuses an empty batch', async () => {
      const store = await open();
      const stream = newStream();
      expect(await refused(store.append(stream, 'no-stream', []).accepted)).toEqual({ code: 'EmptyBatch' });
      expect(await refused(store.append(stream, 'no-stream', []).durable)).toEqual({ code: 'EmptyBatch' });
      expect(await store.read(stream)).toEqual([]);
    });

    it('refuses an event above the limit with its size, and the whole batch with it', async () => {
      const store = await open();
      const stream = newStream();
      const large = newEvent({ text: 'x'.repeat(maxEventBytes) });
      const error = await refused(store.append(stream, 'no-stream', [newEvent(), large, newEvent()]).durable);
      expect(error).toMatchObject({ code: 'EventTooLarge', limit: maxEventBytes });
      expect(error.code === 'EventTooLarge' && error.bytes).toBeGreaterThan(maxEventBytes);
      expect(await store.read(stream)).toEqual([]);
    });

    it('counts bytes, not characters, against the limit', async () => {
      const store = await open();
      const euros = '€'.repeat(maxEventBytes / 2);
      const error = await refused(store.append(newStream(), 'no-stream', [newEvent({ euros })]).durable);
      expect(error.code).toBe('EventTooLarge');
    });

    it('takes an event just below the limit', async () => {
      const store = await open();
      const stream = newStream();
      const text = 'x'.repeat(maxEventBytes - 1_000);
      await taken(store.append(stream, 'no-stream', [newEvent({ text })]).durable);
      expect((await store.read(stream))[0]?.data).toEqual({ text });
    });

    it('throws for data that JSON cannot hold, and stores nothing', async () => {
      const store = await open();
      const stream = newStream();
      const broken = { ...newEvent(), data: { amount: 1n } as never };
      expect(() => store.append(stream, 'no-stream', [newEvent(), broken])).toThrow(TypeError);
      expect(await store.read(stream)).toEqual([]);
      await taken(store.append(stream, 'no-stream', newEvents(1)).durable);
    });

    it('numbers events of all streams in the order in which they were stored', async () => {
      const store = await open();
      const start = store.durablePosition;
      const positions: number[] = [];
      for (let round = 0; round < 10; round += 1) {
        const events = await stored(store, newEvents(2));
        positions.push(...events.map((event) => event.position));
      }
      expect(positions).toEqual([...positions].sort((a, b) => a - b));
      expect(new Set(positions).size).toBe(20);
      const page = await store.readPage({ after: start, limit: 100 });
      expect(page.events.map((event) => event.position)).toEqual(positions);
    });

    it('tells the positions of the last accepted and the last durable event', async () => {
      const store = await open();
      const receipt = store.append(newStream(), 'no-stream', newEvents(2));
      const { position } = await taken(receipt.durable);
      expect(store.acceptedPosition).toBe(position);
      expect(store.durablePosition).toBe(position);
      await store.whenDurable(position);
    });
  });
}
