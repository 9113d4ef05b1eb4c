import { describe, expect, it } from 'vitest';
import type { ControlledStore } from './harness.ts';
import { expectPending, newEvent, newEvents, newStream, refused, taken } from './samples.ts';
import { collecting } from './subscribing.ts';

/** Rules 2, 4 and 7 of accepted and durable: what a failing disk and a dying process leave. */
export function crashConformance(
  open: () => Promise<ControlledStore>,
  keep: (store: ControlledStore) => ControlledStore,
): void {
  describe('a failing disk', () => {
    const failing = async () => {
      const controlled = await open();
      const { store } = controlled;
      const [known, unknown] = [newStream(), newStream()];
      await taken(store.append(known, 'no-stream', newEvents(2)).durable);
      await controlled.hold();
      const receipt = store.append(unknown, 'no-stream', newEvents(2));
      await taken(receipt.accepted);
      return { ...controlled, known, unknown, receipt };
    };

    it('fails the store, and answers what waits as unknown (rule 4)', async () => {
      const { store, receipt, fail } = await failing();
      const waiting = store.whenDurable(store.acceptedPosition);
      waiting.catch(() => {});
      await expectPending(store.failed);
      await fail();
      expect(await store.failed).toBeInstanceOf(Error);
      expect(await refused(receipt.durable)).toMatchObject({ code: 'OutcomeUnknown' });
      await expect(waiting).rejects.toThrow();
    });

    it('takes nothing afterwards (rule 4)', async () => {
      const { store, known, fail } = await failing();
      await fail();
      await store.failed;
      const error = await refused(store.append(known, 2, newEvents(1)).durable);
      expect(error).toMatchObject({ code: 'StoreUnavailable', reason: 'failed' });
      await expect(store.whenDurable(store.acceptedPosition)).rejects.toThrow();
      await store.close();
    });

    it('shows nothing that was not acknowledged to default subscriptions, and ends them (rules 3 and 4)', async () => {
      const { store, fail } = await failing();
      const seen = collecting(store, { after: 0 });
      await seen.subscription.caughtUp;
      await fail();
      expect(await seen.subscription.ended).toBeInstanceOf(Error);
      expect(seen.events()).toHaveLength(2);
    });

    it('loses only what was not acknowledged (rules 4 and 7)', async () => {
      const { store, known, unknown, fail, crash } = await failing();
      await fail();
      await store.failed;
      const { store: reopened } = keep(await crash());
      expect(await reopened.read(known)).toHaveLength(2);
      expect(await reopened.read(unknown)).toEqual([]);
      expect(reopened.acceptedPosition).toBe(reopened.durablePosition);
      expect(await taken(reopened.append(known, 2, newEvents(1)).durable)).toMatchObject({ version: 3 });
    });
  });

  describe('a crash', () => {
    it('leaves a prefix of the accepted order, with whole batches (rule 2)', async () => {
      const controlled = await open();
      const { store } = controlled;
      const accepted: string[] = [];
      const batchEnds: number[] = [];
      const append = async (count: number) => {
        const result = await taken(store.append(newStream(), 'no-stream', newEvents(count)).accepted);
        accepted.push(...result.events.map((event) => event.metadata.id));
        batchEnds.push(accepted.length);
      };
      for (let round = 0; round < 20; round += 1) await append(1 + (round % 3));
      await store.whenDurable(store.acceptedPosition);
      const acknowledged = accepted.length;
      await controlled.hold();
      for (let round = 0; round < 20; round += 1) await append(1 + (round % 3));
      const { store: reopened } = keep(await controlled.crash());
      const survived = await reopened.readPage({ limit: 1_000 });
      const ids = survived.events.map((event) => event.metadata.id);
      expect(ids).toEqual(accepted.slice(0, ids.length));
      expect(ids.length).toBeGreaterThanOrEqual(acknowledged);
      expect(batchEnds).toContain(ids.length);
    });

    it('never leaves a reaction without its cause (rule 2)', async () => {
      const controlled = await open();
      const { store } = controlled;
      let reactions = 0;
      store.subscribe({ after: 0, categories: ['cause'], visibility: 'accepted' }, ({ events }) => {
        for (const { metadata } of events) {
          store.append(newStream('effect'), 'no-stream', [newEvent({ causation: metadata.id })]);
          reactions += 1;
        }
      });
      for (let round = 0; round < 30; round += 1) {
        if (round === 15) {
          await store.whenDurable(store.acceptedPosition);
          await controlled.hold();
        }
        await taken(store.append(newStream('cause'), 'no-stream', newEvents(1)).accepted);
        while (reactions <= round) await new Promise((resolve) => setImmediate(resolve));
      }
      const { store: reopened } = keep(await controlled.crash());
      const { events } = await reopened.readPage({ limit: 1_000 });
      const causes = new Set(events.map((event) => event.metadata.id));
      const effects = events.filter((event) => event.stream.startsWith('effect-'));
      expect(effects.length).toBeGreaterThan(0);
      expect(effects.filter((event) => !causes.has(String(event.data.causation)))).toEqual([]);
    });

    it('takes a retry of what was lost, and knows what was not (rule 7)', async () => {
      const controlled = await open();
      const { store } = controlled;
      const stream = newStream();
      const [kept, lost] = [newEvents(2), newEvents(1)];
      await taken(store.append(stream, 'no-stream', kept).durable);
      await controlled.hold();
      await taken(store.append(stream, 2, lost).accepted);
      const { store: reopened } = keep(await controlled.crash());
      expect(await taken(reopened.append(stream, 'no-stream', kept).durable)).toMatchObject({
        repeated: true,
      });
      expect(await taken(reopened.append(stream, 2, lost).durable)).toMatchObject({
        version: 3,
        repeated: false,
      });
    });
  });
}
