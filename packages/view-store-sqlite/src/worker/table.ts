import type { ViewDefinition, ViewQuery } from '@countersign/processing';
import type { Database } from 'better-sqlite3';
import type { Cell } from '../protocol.ts';
import { indexName, selectOf, tableName } from './sql.ts';

/** One view's table and its prepared statements. */
export interface Table {
  /** Applies writes in the protocol's flat form, in order. */
  write(cells: readonly Cell[]): void;
  get(key: string): string | null;
  /** Key and JSON by turns. */
  query(query: ViewQuery): string[];
}

/** With its indexes; every index ends with the key, so that pages have an order. */
export function createTable(database: Database, { name, columns, indexes }: ViewDefinition): void {
  const types = Object.entries(columns).map(([column, type]) => `"${column}" ${type}, `);
  database.exec(
    `CREATE TABLE ${tableName(name)} (key TEXT PRIMARY KEY NOT NULL, ${types.join('')}body TEXT NOT NULL) STRICT`,
  );
  indexes.forEach((index, i) => {
    const parts = [...index.map((column) => `"${column}"`), 'key'];
    database.exec(`CREATE INDEX ${indexName(name, i)} ON ${tableName(name)} (${parts.join(', ')})`);
  });
}

/** For what no definition asks for any more. */
export function dropTable(database: Database, view: string): void {
  database.exec(`DROP TABLE IF EXISTS ${tableName(view)}`);
}

/** Prepares the statements of a table that exists. */
export function openTable(database: Database, { name, columns }: ViewDefinition): Table {
  const table = tableName(name);
  const names = ['key', ...Object.keys(columns).map((column) => `"${column}"`), 'body'];
  const width = names.length;
  const sets = names.slice(1).map((column) => `${column} = excluded.${column}`);
  const upsert = database.prepare(
    `INSERT INTO ${table} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})
       ON CONFLICT (key) DO UPDATE SET ${sets.join(', ')}`,
  );
  const remove = database.prepare(`DELETE FROM ${table} WHERE key = ?`);
  const get = database.prepare<[string], string>(`SELECT body FROM ${table} WHERE key = ?`).pluck();
  const select = createSelect(database, name);

  return {
    write(cells) {
      for (let at = 0; at < cells.length; at += width) {
        const row = cells.slice(at, at + width);
        if (row[width - 1] === null) remove.run(row[0]);
        else upsert.run(row);
      }
    },
    get: (key) => get.get(key) ?? null,
    query: select,
  };
}

/** Queries by their shape: the same columns are the same prepared statement. */
function createSelect(database: Database, view: string): (query: ViewQuery) => string[] {
  const prepare = (sql: string) => database.prepare<unknown[], [string, string]>(sql).raw();
  const prepared = new Map<string, ReturnType<typeof prepare>>();
  return (query) => {
    const { sql, values } = selectOf(view, query);
    let statement = prepared.get(sql);
    if (!statement) {
      statement = prepare(sql);
      prepared.set(sql, statement);
    }
    return statement.all(...values).flat();
  };
}
