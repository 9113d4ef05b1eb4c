import { describe, expect, it } from 'vitest';
import type { EventStore } from '../event-store.ts';
import { newEvents, newStream, refused, taken } from './samples.ts';

/** Ending in order. */
export function closeConformance(open: () => Promise<EventStore>): void {
  describe('close', () => {
    it('waits until everything accepted is durable', async () => {
      const store = await open();
      const receipts = Array.from({ length: 50 }, () =>
        store.append(newStream(), 'no-stream', newEvents(10)),
      );
      await store.close();
      expect(store.durablePosition).toBe(store.acceptedPosition);
      for (const receipt of receipts) await taken(receipt.durable);
    });

    it('refuses appends from then on', async () => {
      const store = await open();
      const closing = store.close();
      const error = await refused(store.append(newStream(), 'no-stream', newEvents(1)).durable);
      expect(error).toMatchObject({ code: 'StoreUnavailable', reason: 'closed' });
      await closing;
    });

    it('ends subscriptions without an error', async () => {
      const store = await open();
      const subscription = store.subscribe({ after: store.durablePosition }, () => {});
      await subscription.caughtUp;
      await store.close();
      expect(await subscription.ended).toBeNull();
    });
  });
}
