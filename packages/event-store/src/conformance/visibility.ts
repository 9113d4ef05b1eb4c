import { describe, expect, it } from 'vitest';
import type { Appended } from '../event-store.ts';
import { readAll } from '../read-all.ts';
import type { ControlledStore } from './harness.ts';
import { expectPending, newEvents, newStream, refused, taken } from './samples.ts';
import { collecting } from './subscribing.ts';

/** Rules 1, 3, 5 and 6 of accepted and durable: who sees what, and how much may wait. */
export function visibilityConformance(open: () => Promise<ControlledStore>, maxBacklogEvents: number): void {
  describe('accepted and durable', () => {
    /** Two durable events, then three that are only accepted. */
    const halfway = async () => {
      const controlled = await open();
      const { store } = controlled;
      const stream = newStream();
      await taken(store.append(stream, 'no-stream', newEvents(2)).durable);
      await controlled.hold();
      const receipt = store.append(stream, 2, newEvents(3));
      return { ...controlled, stream, receipt, accepted: await taken(receipt.accepted) };
    };

    it('acceptance fixes version and position before the disk has them (rule 1)', async () => {
      const { store, stream, receipt, accepted, release } = await halfway();
      expect(accepted).toMatchObject({ version: 5, repeated: false });
      expect(store.acceptedPosition).toBe(accepted.position);
      expect(store.durablePosition).toBe(accepted.position - 3);
      await expectPending(receipt.durable);
      expect(await taken(store.append(stream, 5, newEvents(1)).accepted)).toMatchObject({ version: 6 });
      const error = await refused(store.append(stream, 2, newEvents(1)).accepted);
      expect(error).toMatchObject({ code: 'VersionConflict', actual: 6 });
      await release();
      expect(await taken(receipt.durable)).toEqual(accepted);
    });

    it('no default read passes the durable position; accepted ones do (rule 3)', async () => {
      const { store, stream, release } = await halfway();
      const durable = store.durablePosition;
      const versions = async (visibility?: 'accepted') =>
        (await store.read(stream, visibility ? { visibility } : {})).map((event) => event.version);
      expect(await versions()).toEqual([1, 2]);
      expect(await versions('accepted')).toEqual([1, 2, 3, 4, 5]);
      const page = await store.readPage({ limit: 1_000 });
      expect(page.position).toBe(durable);
      expect(page.events.every((event) => event.position <= durable)).toBe(true);
      for await (const each of readAll(store)) expect(each.position).toBeLessThanOrEqual(durable);
      await release();
      await store.whenDurable(store.acceptedPosition);
      expect(await versions()).toEqual([1, 2, 3, 4, 5]);
    });

    it('no default subscription passes the durable position; accepted ones do (rules 3 and 5)', async () => {
      const { store, release } = await halfway();
      const durable = store.durablePosition;
      const outside = collecting(store, { after: 0 });
      const inside = collecting(store, { after: 0, visibility: 'accepted' });
      await outside.subscription.caughtUp;
      await inside.subscription.caughtUp;
      await inside.until(store.acceptedPosition);
      await taken(store.append(newStream(), 'no-stream', newEvents(1)).accepted);
      await inside.until(store.acceptedPosition);
      await expectPending(outside.until(durable + 1));
      expect(outside.batches.at(-1)?.position).toBe(durable);
      await release();
      await outside.until(durable + 4);
      expect(outside.events()).toStrictEqual(inside.events());
    });

    it('a repeated append waits for the durability of the first one', async () => {
      const { store, receipt, accepted, stream, release } = await halfway();
      const events = accepted.events.map(({ type, data, metadata }) => ({ type, data, metadata }));
      const repeated = store.append(stream, 2, events);
      expect(await taken(repeated.accepted)).toMatchObject({ version: 5, repeated: true });
      await expectPending(repeated.durable);
      await release();
      await taken(receipt.durable);
      expect(await taken(repeated.durable)).toMatchObject({ position: accepted.position, repeated: true });
    });

    it('whenDurable waits exactly for its position', async () => {
      const { store, accepted, release } = await halfway();
      await store.whenDurable(store.durablePosition);
      const waiting = store.whenDurable(accepted.position);
      await expectPending(waiting);
      await release();
      await waiting;
      expect(store.durablePosition).toBe(accepted.position);
    });

    it('accepts in the order of the calls, whatever the stream', async () => {
      const controlled = await open();
      const { store } = controlled;
      await controlled.hold();
      const receipts = Array.from({ length: 100 }, () =>
        store.append(newStream(), 'no-stream', newEvents(2)),
      );
      const results: Appended[] = [];
      for (const receipt of receipts) results.push(await taken(receipt.accepted));
      const positions = results.map((result) => result.position);
      expect(positions).toEqual(positions.map((_, index) => positions[0]! + index * 2));
      await controlled.release();
      const durable = await Promise.all(receipts.map((receipt) => taken(receipt.durable)));
      expect(durable.map((result) => result.position)).toEqual(positions);
    });

    it('bounds the backlog, refuses the rest unstored, and recovers (rule 6)', async () => {
      const controlled = await open();
      const { store } = controlled;
      await controlled.hold();
      let error = null;
      for (let count = 0; error === null && count <= maxBacklogEvents; count += 1) {
        const result = await store.append(newStream(), 'no-stream', newEvents(1)).accepted;
        if ('code' in result) error = result;
      }
      expect(error).toMatchObject({ code: 'StoreUnavailable', reason: 'overloaded' });
      const accepted = store.acceptedPosition;
      expect(accepted - store.durablePosition).toBeLessThanOrEqual(maxBacklogEvents);
      await controlled.release();
      await store.whenDurable(accepted);
      expect(store.acceptedPosition).toBe(accepted);
      await taken(store.append(newStream(), 'no-stream', newEvents(1)).durable);
    });

    it('close waits for the disk', async () => {
      const { store, receipt, release } = await halfway();
      const closing = store.close();
      await expectPending(closing);
      await release();
      await closing;
      await taken(receipt.durable);
    });
  });
}
