import { afterEach, describe, expect, it } from 'vitest';
import type { ParkedEvent } from '../checkpoints.ts';
import type { CheckpointsHarness, CheckpointsUnderTest } from './harness.ts';

const parked = (position: number, change: Partial<ParkedEvent> = {}): ParkedEvent => ({
  group: 'meter.usage.v1',
  subject: 'toolcall-1',
  position,
  organization: 'acme',
  error: null,
  parkedAt: '2026-03-01T12:00:00.000Z',
  attempts: 0,
  ...change,
});

/** The behaviour of checkpoints and parked events. */
export function checkpointsConformance(name: string, harness: CheckpointsHarness): void {
  describe(`CheckpointStore and ParkingLot: ${name}`, () => {
    let opened: CheckpointsUnderTest[] = [];
    afterEach(async () => {
      const ending = opened;
      opened = [];
      for (const each of ending) await each.dispose();
    });
    const open = async () => {
      const each = await harness.open();
      opened.push(each);
      return each;
    };

    it('knows no checkpoint of a new group', async () => {
      const { checkpoints } = await open();
      expect(await checkpoints.load('new.v1')).toBeNull();
    });

    it('answers the last saved position of each group', async () => {
      const { checkpoints } = await open();
      checkpoints.save('a.v1', 3);
      checkpoints.save('b.v1', 9);
      checkpoints.save('a.v1', 5);
      expect(await checkpoints.load('a.v1')).toBe(5);
      expect(await checkpoints.load('b.v1')).toBe(9);
    });

    it('lets a group start over', async () => {
      const { checkpoints } = await open();
      checkpoints.save('a.v1', 5);
      checkpoints.save('a.v1', 0);
      expect(await checkpoints.load('a.v1')).toBe(0);
    });

    it('says of a parked event when it is durable, where that is not told by a later checkpoint', async () => {
      const { checkpoints } = await open();
      await checkpoints.park(parked(3));
      expect(await checkpoints.list()).toEqual([parked(3)]);
    });

    it('lists parked events by position, whatever the order of parking', async () => {
      const { checkpoints } = await open();
      const events = [parked(12), parked(4, { error: 'no such tool', attempts: 3 }), parked(7)];
      for (const event of events) await checkpoints.park(event);
      expect(await checkpoints.list()).toEqual([events[1], events[2], events[0]]);
    });

    it('filters by group, subject and organization', async () => {
      const { checkpoints } = await open();
      const events = [
        parked(1),
        parked(2, { group: 'views.v1' }),
        parked(3, { subject: 'toolcall-2' }),
        parked(4, { organization: 'zeta' }),
      ];
      for (const event of events) await checkpoints.park(event);
      const positions = async (filter: Parameters<typeof checkpoints.list>[0]) =>
        (await checkpoints.list(filter)).map((event) => event.position);
      expect(await positions({ group: 'views.v1' })).toEqual([2]);
      expect(await positions({ subject: 'toolcall-2' })).toEqual([3]);
      expect(await positions({ organization: 'zeta' })).toEqual([4]);
      expect(
        await positions({ group: 'meter.usage.v1', subject: 'toolcall-1', organization: 'acme' }),
      ).toEqual([1]);
    });

    it('replaces an event that is parked again', async () => {
      const { checkpoints } = await open();
      await checkpoints.park(parked(5));
      await checkpoints.park(parked(5, { error: 'still broken', attempts: 2 }));
      expect(await checkpoints.list()).toEqual([parked(5, { error: 'still broken', attempts: 2 })]);
    });

    it('releases one event and keeps the others, of other groups too', async () => {
      const { checkpoints } = await open();
      for (const event of [parked(1), parked(2), parked(1, { group: 'views.v1' })])
        await checkpoints.park(event);
      checkpoints.release('meter.usage.v1', 'toolcall-1', 1);
      checkpoints.release('meter.usage.v1', 'toolcall-1', 99);
      expect(await checkpoints.list()).toEqual([parked(1, { group: 'views.v1' }), parked(2)]);
    });

    it('keeps everything over a restart, where it outlives the process', async () => {
      const first = await open();
      first.checkpoints.save('a.v1', 41);
      first.checkpoints.save('a.v1', 42);
      await first.checkpoints.park(parked(7, { error: 'broken', attempts: 5 }));
      await first.checkpoints.park(parked(8));
      first.checkpoints.release('meter.usage.v1', 'toolcall-1', 8);
      const again = (await first.reopen?.()) ?? first;
      if (again !== first) opened.push(again);
      expect(await again.checkpoints.load('a.v1')).toBe(42);
      expect(await again.checkpoints.list()).toEqual([parked(7, { error: 'broken', attempts: 5 })]);
    });
  });
}
