import { describe, expect, it } from 'vitest';
import type { EventStore } from '../event-store.ts';
import { newEvents, newStream, taken } from './samples.ts';
import { collecting } from './subscribing.ts';

const WRITERS = 4;
const ROUNDS = 60;

/** No gap and no duplicate while others append: at the start, at the switch to live, and in the tail. */
export function subscriptionRaceConformance(open: () => Promise<EventStore>): void {
  describe('subscriptions that race with appends', () => {
    const write = async (store: EventStore) => {
      const positions: number[] = [];
      const writer = async () => {
        const stream = newStream();
        for (let round = 0; round < ROUNDS; round += 1) {
          await taken(store.append(stream, round * 3, newEvents(3)).durable);
        }
        positions.push(...(await store.read(stream)).map((event) => event.position));
      };
      await Promise.all(Array.from({ length: WRITERS }, writer));
      return positions.sort((a, b) => a - b);
    };

    it.each(['durable', 'accepted'] as const)(
      'deliver each %s event once and in order',
      async (visibility) => {
        const store = await open();
        const start = store.durablePosition;
        const early = await write(store);
        const writing = write(store);
        const subscribed = [7, 64, 500].map((maxBatch) =>
          collecting(store, { after: start, visibility, maxBatch }),
        );
        for (let turn = 0; turn < 10; turn += 1) {
          await new Promise((resolve) => setImmediate(resolve));
          subscribed.push(collecting(store, { after: start, visibility, maxBatch: 32 }));
        }
        const expected = [...early, ...(await writing)];
        for (const each of subscribed) {
          await each.until(expected.at(-1)!);
          expect(each.events().map((event) => event.position)).toEqual(expected);
          const covered = each.batches.map((batch) => batch.position);
          expect(covered).toEqual([...covered].sort((a, b) => a - b));
        }
      },
    );

    it('deliver versions of a stream without a hole', async () => {
      const store = await open();
      const start = store.durablePosition;
      const seen = collecting(store, { after: start, visibility: 'accepted' });
      await write(store);
      await seen.until(store.acceptedPosition);
      const versions = new Map<string, number>();
      for (const event of seen.events()) {
        expect(event.version).toBe((versions.get(event.stream) ?? 0) + 1);
        versions.set(event.stream, event.version);
      }
      expect([...versions.values()]).toEqual(Array.from({ length: WRITERS }, () => ROUNDS * 3));
    });
  });
}
