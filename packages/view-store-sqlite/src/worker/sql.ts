import type { ViewQuery } from '@countersign/processing';

// Definitions are checked before they come here, so that a name never holds a quote; prefixes keep the names of
// tables and indexes apart from each other and from SQLite's own.
export const tableName = (view: string) => `"v_${view}"`;
/** Quoted. */
export const indexName = (view: string, index: number) => `"i${index}_${view}"`;

/** The statement that answers a query, and its values; key and JSON per row. */
export function selectOf(
  view: string,
  { where = {}, due, after, limit }: ViewQuery,
): { readonly sql: string; readonly values: readonly unknown[] } {
  const conditions = Object.keys(where).map((column) => `"${column}" = ?`);
  const values: unknown[] = Object.values(where);
  if (due) {
    conditions.push(`"${due.column}" <= ?`);
    values.push(due.max);
  }
  if (after !== undefined) {
    conditions.push('key > ?');
    values.push(after);
  }
  const filter = conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : '';
  const order = due ? `"${due.column}", key` : 'key';
  return {
    sql: `SELECT key, body FROM ${tableName(view)} ${filter} ORDER BY ${order} LIMIT ?`,
    values: [...values, limit],
  };
}
