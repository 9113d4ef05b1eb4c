import type { Principal } from '@countersign/access';
import type { ViewQuery, ViewRow } from '@countersign/processing';
import { createMemoryViewStore } from '@countersign/processing/memory';
import { describe, expect, it } from 'vitest';
import { callMessage } from '../testing/messages.ts';
import { callsView } from '../views/call-row.ts';
import { createCallsView } from '../views/calls.ts';
import { listCalls } from './list.ts';
import { isOwn as isOwnCall } from './visibility.ts';

const SERVICE: Principal = { kind: 'service', id: 'scheduler', organization: 'acme', keyId: 'k' };
const idOf = (n: number) => `01a1fd5a-0e60-7260-a743-${String(n).padStart(12, '0')}`;

/** A view of so many calls, of which the service asked for those that `isOwn` names; and how often it was read. */
async function callsWhere(count: number, isOwn: (n: number) => boolean) {
  const store = createMemoryViewStore();
  await store.open('gateway', [callsView], 0);
  const view = createCallsView({ decisionTimeoutMs: 2_000, outcomeTtlMs: 900_000, onChange: () => {} });
  for (let n = 1; n <= count; n += 1) {
    const requested_by = isOwn(n) ? { kind: 'service', id: 'scheduler' } : { kind: 'agent', id: 'helper' };
    view.apply(callMessage('agent.tool.requested', { position: n, call: idOf(n), data: { requested_by } }));
  }
  await store.commit('gateway', view.table.takeChanges().writes, count);
  let reads = 0;
  const views = {
    async query<Row extends ViewRow>(name: string, query: ViewQuery) {
      reads += 1;
      return (await store.query(name, query)) as { key: string; row: Row }[];
    },
  };
  const list = async (query: { limit: number; after?: string }) => {
    const { items, next } = await listCalls(
      views,
      SERVICE,
      query,
      (row) => isOwnCall(row, SERVICE),
      () => true,
      async (row) => row,
    );
    return { ids: items.map(({ id }) => id), next };
  };
  return { list, reads: () => reads };
}

describe('the list of a service', () => {
  it('has full pages, however many calls of others lie between its own', async () => {
    const { list } = await callsWhere(3_000, (n) => n % 700 === 0);
    const first = await list({ limit: 3 });
    expect(first).toEqual({ ids: [idOf(700), idOf(1_400), idOf(2_100)], next: idOf(2_100) });
    expect(await list({ limit: 3, after: first.next ?? '' })).toEqual({ ids: [idOf(2_800)], next: null });
  });

  it('ends where the calls end', async () => {
    const { list } = await callsWhere(1_000, (n) => n === 1_000);
    expect(await list({ limit: 1 })).toEqual({ ids: [idOf(1_000)], next: null });
    expect(await list({ limit: 1, after: idOf(1_000) })).toEqual({ ids: [], next: null });
  });

  it('reads a bounded number of rows and goes on from there', async () => {
    const { list, reads } = await callsWhere(6_000, (n) => n === 5_999);
    const first = await list({ limit: 10 });
    expect(first).toEqual({ ids: [], next: idOf(5_000) });
    expect(reads()).toBe(25);
    expect(await list({ limit: 10, after: first.next ?? '' })).toEqual({ ids: [idOf(5_999)], next: null });
  });
});
