import { createMemoryEventStore } from '@countersign/event-store/memory';
import { describe, expect, it } from 'vitest';
import { replaced } from '../testing/replaced.ts';
import { createReadCursor } from './cursor.ts';

/** A ledger of so many events. */
async function ledgerOf(count: number) {
  const store = createMemoryEventStore();
  const events = Array.from({ length: count }, (_, index) => ({
    type: 'order.placed',
    data: {},
    metadata: { id: `e${index}`, time: '2026-11-21T12:00:00.000Z', organization: 'acme' },
  }));
  await store.append('order-a', 'no-stream', events).durable;
  return store;
}

describe('a cursor', () => {
  it('is any position up to the end of the ledger', async () => {
    const read = createReadCursor(await ledgerOf(3));
    expect(await read('0', '/query/after')).toBe(0);
    expect(await read('3', '/query/after')).toBe(3);
  });

  it.each(['4', '99999', '999999999999999'])(
    'is refused beyond the end, %s, with what to do',
    async (cursor) => {
      const read = createReadCursor(await ledgerOf(3));
      expect(await read(cursor, '/headers/last-event-id')).toMatchObject({
        code: 'invalid_request',
        detail: '/headers/last-event-id: lies beyond the end of this ledger',
        errors: [{ pointer: '/headers/last-event-id', detail: expect.stringContaining('Begin again') }],
      });
    },
  );

  it.each(['', '-1', '1.5', '0x1', 'one', '9999999999999999'])(
    'is refused that is none, %j',
    async (cursor) => {
      const read = createReadCursor(await ledgerOf(3));
      expect(await read(cursor, '/query/after')).toMatchObject({
        code: 'invalid_request',
        errors: [{ pointer: '/query/after' }],
      });
    },
  );

  it('may be ahead of what this instance knows of, where the ledger has it', async () => {
    const store = await ledgerOf(3_000);
    const lagging = replaced(
      replaced(store, 'durablePosition', () => 1),
      'acceptedPosition',
      () => 1,
    );
    const read = createReadCursor(lagging);
    expect(await read('3000', '/query/after')).toBe(3_000);
    expect(await read('3001', '/query/after')).toMatchObject({ code: 'invalid_request' });
  });
});
