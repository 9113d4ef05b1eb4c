import type { Projection } from '../views/projection.ts';
import type { ViewRow } from '../views/view-store.ts';
import { createViewTable } from '../views/view-table.ts';

/** An order: whose it is, what is paid of it, and where its last event stands. */
export interface OrderRow extends ViewRow {
  readonly owner: string;
  readonly paid: number;
  readonly position: number;
}

/** One row per order: begun when it is placed, changed when it is paid, gone when it is paid with `closes`. */
export function ordersView(cachedRows?: number): Projection<OrderRow> {
  const table = createViewTable<OrderRow>('orders', cachedRows);
  return {
    view: { name: 'orders', columns: { owner: 'text', paid: 'integer' }, indexes: [['owner'], ['paid']] },
    table,
    topics: ['orders'],
    needs: ({ type, subject, sequence }) => (type === 'order.placed' && sequence === 1 ? [] : [subject]),
    apply({ type, subject, data, position }) {
      const row = table.get(subject);
      if (row && position <= row.position) return;
      const owner = String(data.owner ?? row?.owner ?? 'nobody');
      if (data.closes === 'yes') table.delete(subject);
      else if (type === 'order.placed') table.put(subject, { owner, paid: 0, position });
      else if (row) table.put(subject, { ...row, paid: row.paid + Number(data.amount ?? 1), position });
    },
  };
}

interface ActivityRow extends ViewRow {
  readonly events: number;
  readonly position: number;
}

/** How much happened per owner, remarks included: every message adds to a row that others have begun. */
export function activityView(cachedRows?: number): Projection<ActivityRow> {
  const table = createViewTable<ActivityRow>('activity', cachedRows);
  const keyOf = ({ owner }: { readonly owner?: unknown }) => String(owner ?? 'nobody');
  return {
    view: { name: 'activity', columns: {}, indexes: [] },
    table,
    topics: ['orders', 'remarks'],
    needs: ({ data }) => [keyOf(data)],
    apply({ data, position }) {
      const row = table.get(keyOf(data)) ?? { events: 0, position: 0 };
      if (position > row.position) table.put(keyOf(data), { events: row.events + 1, position });
    },
  };
}
