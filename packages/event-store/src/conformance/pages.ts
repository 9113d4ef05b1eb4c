import { describe, expect, it } from 'vitest';
import type { NewEvent, RecordedEvent } from '../event.ts';
import type { EventStore, ReadPageOptions } from '../event-store.ts';
import { readAll } from '../read-all.ts';
import { newEvent, newEvents, newStream, stored, taken } from './samples.ts';

/** Reading the global order page by page. */
export function pageConformance(open: () => Promise<EventStore>): void {
  describe('readPage', () => {
    const fill = async (store: EventStore): Promise<RecordedEvent[]> => {
      const all: RecordedEvent[] = [];
      const put = async (category: string, ...events: NewEvent[]) =>
        all.push(...(await stored(store, events, category)));
      for (let round = 0; round < 6; round += 1) {
        await put(
          'tool',
          newEvent({ round }, 'tool.declared', 'acme'),
          newEvent({ round }, 'tool.withdrawn', 'acme'),
        );
        await put('toolcall', newEvent({ round }, 'call.opened', round % 2 ? 'acme' : 'zeta'));
        await put('user', newEvent({ round }, 'user.changed', 'zeta'));
      }
      return all;
    };

    it('is exclusive, in order, and says how far it looked', async () => {
      const store = await open();
      const start = store.durablePosition;
      const all = await fill(store);
      const first = await store.readPage({ after: start, limit: 5 });
      expect(first.events).toStrictEqual(all.slice(0, 5));
      expect(first.position).toBe(all[4]?.position);
      const second = await store.readPage({ after: first.position, limit: 5 });
      expect(second.events).toStrictEqual(all.slice(5, 10));
      const last = await store.readPage({ after: second.position, limit: 1_000 });
      expect(last.events).toStrictEqual(all.slice(10));
      expect(last.position).toBe(store.durablePosition);
      expect(await store.readPage({ after: last.position, limit: 5 })).toEqual({
        events: [],
        position: last.position,
      });
    });

    it.each<[string, Omit<ReadPageOptions, 'limit' | 'after'>, (event: RecordedEvent) => boolean]>([
      ['category', { categories: ['tool'] }, (event) => event.stream.startsWith('tool-')],
      ['categories', { categories: ['toolcall', 'user'] }, (event) => !event.stream.startsWith('tool-')],
      ['no category at all', { categories: [] }, () => false],
      ['type', { types: ['tool.withdrawn', 'user.changed'] }, (e) => /withdrawn|user/.test(e.type)],
      ['organization', { organization: 'zeta' }, (event) => event.metadata.organization === 'zeta'],
      [
        'all three',
        { categories: ['toolcall'], types: ['call.opened'], organization: 'acme' },
        (event) => event.type === 'call.opened' && event.metadata.organization === 'acme',
      ],
    ])('filters by %s', async (_, filter, wanted) => {
      const store = await open();
      const start = store.durablePosition;
      const all = await fill(store);
      const page = await store.readPage({ after: start, limit: 1_000, ...filter });
      expect(page.events).toStrictEqual(all.filter(wanted));
      expect(page.position).toBe(store.durablePosition);

      const pieces: RecordedEvent[] = [];
      for (let after = start; after < store.durablePosition; ) {
        const piece = await store.readPage({ after, limit: 2, ...filter });
        expect(piece.events.length).toBeLessThanOrEqual(2);
        expect(piece.position).toBeGreaterThan(after);
        pieces.push(...piece.events);
        after = piece.position;
      }
      expect(pieces).toStrictEqual(all.filter(wanted));
    });

    it.each([{}, { organization: 'acme' }, { types: ['order.placed'] }])(
      'ends with the event with which it is as large as it may be, %o',
      async (filter) => {
        const store = await open();
        const start = store.durablePosition;
        const all: RecordedEvent[] = [];
        const sizes = [10, 9_000, 200, 40_000, 40_000, 30_000, 10, 10, 25_000, 10];
        for (const size of sizes) {
          const text = 'x'.repeat(size);
          all.push(
            ...(await stored(store, [newEvent({ text }), newEvent({ text }, 'order.placed', 'zeta')])),
          );
        }
        const wanted = all.filter(
          ({ metadata }) => !('organization' in filter) || metadata.organization === filter.organization,
        );
        const length = (event: RecordedEvent) => JSON.stringify(event).length;
        const pieces: RecordedEvent[] = [];
        for (let after = start; after < store.durablePosition; ) {
          const page = await store.readPage({ after, limit: 7, maxCharacters: 30_000, ...filter });
          expect(page.position).toBeGreaterThan(after);
          pieces.push(...page.events);
          const before = page.events.slice(0, -1).reduce((sum, event) => sum + length(event), 0);
          expect(before).toBeLessThan(30_000);
          const whole = before + page.events.slice(-1).reduce((sum, event) => sum + length(event), 0);
          if (whole < 30_000 && page.events.length < 7) expect(page.position).toBe(store.durablePosition);
          after = page.position;
        }
        expect(pieces).toStrictEqual(wanted);
      },
    );

    it('begins with the event at a position, where that is asked for', async () => {
      const store = await open();
      const all = await fill(store);
      for (const event of [all[0]!, all[7]!, all.at(-1)!]) {
        const page = await store.readPage({ from: event.position, limit: 1 });
        expect(page).toStrictEqual({ events: [event], position: event.position });
      }
    });

    it('is read to the end by readAll', async () => {
      const store = await open();
      const start = store.durablePosition;
      await taken(store.append(newStream(), 'no-stream', newEvents(257)).durable);
      const lengths: number[] = [];
      for await (const page of readAll(store, { after: start, limit: 100 })) lengths.push(page.events.length);
      expect(lengths).toEqual([100, 100, 57]);
    });
  });
}
