import type { EventStore } from '@countersign/event-store';
import { createMemoryCheckpoints } from '@countersign/event-store/memory';
import { describe, expect, it } from 'vitest';
import { booksOf, eventsOf, PLAYED_CALLS, playCalls, SMALL_BOOK, teamPlan } from '../testing/calls.ts';
import { closingMeters } from '../testing/open-meters.ts';
import { startMeter, startOn } from '../testing/running-meter.ts';

const plenty = teamPlan(1_000);
const opened = closingMeters();

describe('books', () => {
  it('close when they are full and go on with the same balances', async () => {
    const [one, many, most] = await Promise.all(
      [{}, SMALL_BOOK, { maxBookEvents: 1 }].map(async (limits) => {
        const meter = await opened(startMeter({ ...plenty, ...limits }));
        await meter.upstream.organization('acme', 'team');
        await playCalls(meter.upstream);
        await meter.settled();
        return { meters: await meter.meters(), books: booksOf(await eventsOf(meter.store)) };
      }),
    );
    expect(one?.books).toEqual(['meter-acme-1']);
    expect(many?.books.length).toBeGreaterThan(3);
    expect(many?.books).toEqual(many?.books.map((_, index) => `meter-acme-${index + 1}`));
    expect(many?.meters).toEqual(one?.meters);
    expect(most?.meters).toEqual(one?.meters);
    expect(many?.meters).toContainEqual(
      expect.objectContaining({ key: 'tool_calls', used: 16, reserved: 8, overrun: 0 }),
    );
  });

  it('close with the month; what was reserved before is charged where it was reserved', async () => {
    const meter = await opened(startMeter(plenty, '2026-11-30T23:59:59.000Z'));
    await meter.upstream.organization('acme', 'team');
    await meter.upstream.evaluated(1, { cost: 7 });
    await meter.settled();
    meter.clock.advance(1_000);
    await meter.upstream.called(1);
    await meter.upstream.evaluated(2, { cost: 9 });
    await meter.settled();
    expect(booksOf(await eventsOf(meter.store))).toEqual(['meter-acme-1', 'meter-acme-2']);
    expect(await meter.meters()).toMatchObject([
      { key: 'tool_calls', used: 1, reserved: 1 },
      { key: 'tool_cost', period: { start: '2026-12-01T00:00:00.000Z' }, used: 0, reserved: 9 },
    ]);
  });

  it('are found, and loaded alone, whatever came before', async () => {
    const meter = await opened(startMeter({ ...plenty, ...SMALL_BOOK }));
    await meter.upstream.organization('acme', 'team');
    for (let round = 0; round < 4; round += 1) await playCalls(meter.upstream, 1 + round * PLAYED_CALLS);
    await meter.settled();
    const before = await meter.meters();
    await meter.close();
    const books = booksOf(await eventsOf(meter.store));

    const reads: { stream: string; events: number }[] = [];
    const watched: EventStore = Object.create(meter.store, {
      read: {
        async value(...read: Parameters<EventStore['read']>) {
          const found = await meter.store.read(...read);
          if (read[0].startsWith('meter-')) reads.push({ stream: read[0], events: found.length });
          return found;
        },
      },
    });
    const handled = createMemoryCheckpoints();
    handled.save('meter-service.quota.v1', meter.store.acceptedPosition);
    const again = await opened(startOn(watched, meter.clock, handled, { ...plenty, ...SMALL_BOOK }));
    expect(await again.meters()).toEqual(before);
    expect(reads.length).toBeLessThanOrEqual(2 * Math.ceil(Math.log2(books.length)) + 3);
    const open = books.at(-1);
    expect(reads.filter(({ stream, events }) => events > 1 && stream !== open)).toEqual([]);
    expect(reads.map(({ stream }) => stream)).toContain(open);
  });
});
