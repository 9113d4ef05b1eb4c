import { columnValue, type ViewDefinition, type ViewWrite } from '@countersign/processing';
import type { Cell, ViewBatch } from './protocol.ts';

/** The writes of one commit by view, each row's JSON made once. @throws RangeError for a value of a wrong type. */
export function encodeWrites(
  writes: readonly ViewWrite[],
  definitionOf: (view: string) => ViewDefinition,
): ViewBatch[] {
  const batches = new Map<string, { definition: ViewDefinition; columns: string[]; cells: Cell[] }>();
  for (const { view, key, row } of writes) {
    let batch = batches.get(view);
    if (!batch) {
      const definition = definitionOf(view);
      batch = { definition, columns: Object.keys(definition.columns), cells: [] };
      batches.set(view, batch);
    }
    const { definition, columns, cells } = batch;
    cells.push(key);
    for (const column of columns) cells.push(row ? columnValue(definition, column, row) : null);
    cells.push(row && JSON.stringify(row));
  }
  return Array.from(batches, ([view, { cells }]) => ({ view, cells }));
}
