import { createViewTable, type Projection, type ViewRow } from '@countersign/processing';
import { describe, expect, it } from 'vitest';
import { createForgottenRows } from './forgotten-rows.ts';
import type { ViewReader } from './views.ts';

interface Row extends ViewRow {
  readonly id: string;
  readonly organization: string;
  readonly kept: boolean;
}

/** A view of rows `r1`, `r2` and so on, of which some are kept. */
function viewOf(...kept: readonly boolean[]) {
  const table = createViewTable<Row>('rows');
  const rows = kept.map((isKept, index) => ({ id: `r${index + 1}`, organization: 'acme', kept: isKept }));
  const projection: Projection<Row> = {
    view: { name: 'rows', columns: { organization: 'text' }, indexes: [['organization']] },
    table,
    topics: [],
    needs: () => [],
    apply: () => {},
  };
  const views = {
    query: (async (_, { after = '', limit }) =>
      rows
        .filter(({ id }) => id > after && table.peek(id) !== null)
        .slice(0, limit)
        .map((row) => ({ key: row.id, row }))) as ViewReader['query'],
  };
  const forgotten = createForgottenRows<Row>(views, projection, (row) => row.kept);
  const look = async (limit: number) => {
    const found = await forgotten.find(0, limit);
    for (const row of found) await forgotten.fire(row, 0);
    return found.map(({ id }) => id);
  };
  return { table, forgotten, look };
}

describe('rows that nothing keeps', () => {
  it('are not looked for before something was let go of', async () => {
    expect(await viewOf(false).look(10)).toEqual([]);
  });

  it('A-RET-3: go page by page until none is left, and those that are kept stay, also where a whole page is kept', async () => {
    const { table, forgotten, look } = viewOf(true, true, false, true, false);
    forgotten.flushed('acme');
    expect(await look(2)).toEqual([]);
    expect(await look(2)).toEqual(['r3']);
    expect(await look(2)).toEqual(['r5']);
    expect(await look(2)).toEqual([]);
    expect(['r3', 'r4', 'r5'].map((id) => table.peek(id))).toEqual([null, undefined, null]);
  });

  it('are looked for anew at the next flush, also one that comes in the middle', async () => {
    const { forgotten, look } = viewOf(false, false, false);
    forgotten.flushed('acme');
    const underWay = forgotten.find(0, 2);
    forgotten.flushed('acme');
    await underWay;
    expect(await look(2)).toEqual(['r3']);
    expect(await look(2)).toEqual(['r1', 'r2']);
    expect(await look(2)).toEqual([]);
    expect(await look(2)).toEqual([]);
  });

  it('stay where they have become something that is kept', async () => {
    const { table, forgotten } = viewOf(false);
    forgotten.flushed('acme');
    const [row] = await forgotten.find(0, 2);
    table.put('r1', { id: 'r1', organization: 'acme', kept: true });
    await forgotten.fire(row!, 0);
    expect(table.get('r1')).toMatchObject({ kept: true });
  });
});
