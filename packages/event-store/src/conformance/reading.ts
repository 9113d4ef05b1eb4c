import { describe, expect, it } from 'vitest';
import type { NewEvent } from '../event.ts';
import type { EventStore } from '../event-store.ts';
import { newEvent, newEvents, newStream, taken } from './samples.ts';

const EVERYTHING: NewEvent = {
  type: 'order.placed.v2',
  data: {
    text: 'a "quoted" line\nand €, 漢字, 🙂, \u0000, \u2028, \\',
    lone: '\ud800',
    numbers: [0, -1, 1.5, 9_007_199_254_740_991, 1e-7],
    nothing: null,
    yes: true,
    empty: { list: [], object: {} },
    ['__proto__']: 'a plain key',
    hasOwnProperty: 'another',
  },
  sealed: { key: 'acme/u1/2026-03/standard', ciphertext: 'AAECAw', digests: { reason: 'bm90LWEtZGlnZXN0' } },
  metadata: {
    id: '0195512f-7a00-7000-8000-00000000abcd',
    time: '2026-03-01T12:00:00.123Z',
    organization: 'acme',
    correlation: '0195512f-7a00-7000-8000-000000000001',
    causation: '0195512f-7a00-7000-8000-000000000002',
    traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
  },
};

/** Reading one stream. */
export function readConformance(open: () => Promise<EventStore>): void {
  describe('read', () => {
    it('answers nothing for a stream that does not exist', async () => {
      const store = await open();
      expect(await store.read(newStream())).toEqual([]);
      expect(await store.read(newStream(), { visibility: 'accepted' })).toEqual([]);
    });

    it('gives back exactly what was appended, and no property more', async () => {
      const store = await open();
      const stream = newStream();
      const plain = newEvent({ a: 1 });
      const appended = await taken(store.append(stream, 'no-stream', [EVERYTHING, plain]).durable);
      const stored = await store.read(stream);
      const recorded = [
        { ...EVERYTHING, stream, version: 1 },
        { ...plain, stream, version: 2 },
      ];
      const { position } = appended;
      expect(stored).toStrictEqual([
        { ...recorded[0], position: stored[0]?.position },
        { ...recorded[1], position },
      ]);
      expect(Object.keys(stored[0]?.data ?? {})).toContain('__proto__');
      const page = await store.readPage({ limit: 1_000 });
      expect(page.events.filter((event) => event.stream === stream)).toStrictEqual(stored);
      const positions = stored.map((event) => event.position);
      expect(appended.events.map((event, index) => ({ ...event, position: positions[index] }))).toStrictEqual(
        stored,
      );
    });

    it('starts after a version and ends at a limit', async () => {
      const store = await open();
      const stream = newStream();
      await taken(store.append(stream, 'no-stream', newEvents(10)).durable);
      const versions = async (options: Parameters<EventStore['read']>[1]) =>
        (await store.read(stream, options)).map((event) => event.version);
      expect(await versions({ after: 7 })).toEqual([8, 9, 10]);
      expect(await versions({ after: 2, limit: 3 })).toEqual([3, 4, 5]);
      expect(await versions({ limit: 1 })).toEqual([1]);
      expect(await versions({ after: 10 })).toEqual([]);
      expect(await versions({ after: 99 })).toEqual([]);
    });

    it('finds what an append called durable, in both visibilities', async () => {
      const store = await open();
      for (let round = 0; round < 20; round += 1) {
        const stream = newStream();
        await taken(store.append(stream, 'no-stream', newEvents(2)).durable);
        expect(await store.read(stream)).toHaveLength(2);
        expect(await store.read(stream, { visibility: 'accepted' })).toHaveLength(2);
      }
    });

    it('never sees half a batch', async () => {
      const store = await open();
      const stream = newStream();
      const seen: number[] = [];
      let appending = true;
      const watch = async (visibility: 'accepted' | 'durable') => {
        while (appending) {
          seen.push((await store.read(stream, { visibility })).length);
          await new Promise((resolve) => setImmediate(resolve));
        }
      };
      const watching = [watch('accepted'), watch('durable')];
      for (let round = 0; round < 20; round += 1) {
        await taken(store.append(stream, round * 25, newEvents(25)).durable);
      }
      appending = false;
      await Promise.all(watching);
      expect(seen.filter((length) => length % 25 !== 0)).toEqual([]);
      expect(seen.length).toBeGreaterThan(0);
    });
  });
}
