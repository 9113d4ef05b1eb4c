import type Database from 'better-sqlite3';
import type { Column } from './protocol.ts';
import {
  type PageFilter,
  REPLY_CHARACTERS,
  type ReadRequest,
  type Rows,
  SCAN_POSITIONS,
  SPARSE_EVENTS,
} from './reader-protocol.ts';

const COLUMNS = 'position, stream, version, id, type, organization, body';
const BODY = 6;
const VERSION = 2;
const POSITION = 0;

type Row = readonly Column[];

/** Takes rows until the statement ends, `limit` is reached or the reply is large. */
function collect(rows: Iterable<Row>, limit: number): { columns: Column[]; last: Row | null; full: boolean } {
  const columns: Column[] = [];
  let last: Row | null = null;
  let count = 0;
  let characters = 0;
  for (const row of rows) {
    for (let at = 0; at <= BODY; at += 1) columns.push(row[at]!);
    last = row;
    count += 1;
    characters += (row[BODY] as string).length;
    if (count >= limit || characters >= REPLY_CHARACTERS) return { columns, last, full: true };
  }
  return { columns, last, full: false };
}

/** A stream's events after a version, up to a position. */
export function prepareStreamReader(
  db: Database.Database,
): (request: ReadRequest & { kind: 'stream' }) => Rows {
  const select = db
    .prepare<[string, number, number], Row>(
      `SELECT ${COLUMNS} FROM events WHERE stream = ? AND version > ? AND position <= ? ORDER BY version`,
    )
    .raw();
  return ({ stream, after, until, limit }) => {
    const { columns, last, full } = collect(select.iterate(stream, after, until) as Iterable<Row>, limit);
    return { columns, looked: last ? (last[VERSION] as number) : after, more: full };
  };
}

/** Events in global order within a range of positions, filtered. */
export function preparePageReader(db: Database.Database): (request: ReadRequest & { kind: 'page' }) => Rows {
  const statements = new Map<string, Database.Statement<Column[], Row>>();
  return ({ after, until, limit, filter }) => {
    const { condition, values } = conditionOf(filter);
    const end = condition === '' ? until : Math.min(until, after + SCAN_POSITIONS);
    let select = statements.get(condition);
    if (!select) {
      // NOT INDEXED keeps the order of positions (the table's own) whatever the filter looks like.
      const sql = `SELECT ${COLUMNS} FROM events NOT INDEXED WHERE position > ? AND position <= ?${condition} ORDER BY position`;
      select = db.prepare<Column[], Row>(sql).raw() as Database.Statement<Column[], Row>;
      if (statements.size < 32) statements.set(condition, select);
    }
    const { columns, last, full } = collect(select.iterate(after, end, ...values), limit);
    const looked = full && last ? (last[POSITION] as number) : end;
    return { columns, looked, more: looked < until };
  };
}

/** Events of categories that hold few, in global order within a range of positions; `null` if they hold many. */
export function prepareSparseReader(
  db: Database.Database,
): (request: ReadRequest & { kind: 'sparse' }) => Rows | null {
  const ofCategory = db
    .prepare<[string, string, number], number>(
      'SELECT position FROM events WHERE stream >= ? AND stream < ? LIMIT ?',
    )
    .pluck();
  const row = db.prepare<[number], Row>(`SELECT ${COLUMNS} FROM events WHERE position = ?`).raw();
  return ({ categories, after, until, limit }) => {
    const found: number[] = [];
    for (const category of categories) {
      const most = SPARSE_EVENTS + 1 - found.length;
      for (const position of ofCategory.all(...rangeOf(category), most)) found.push(position);
      if (found.length > SPARSE_EVENTS) return null;
    }
    const wanted = found.filter((position) => position > after && position <= until).sort((a, b) => a - b);
    const { columns, last, full } = collect(inTurn(wanted, row), limit);
    const looked = full && last ? (last[POSITION] as number) : until;
    return { columns, looked, more: looked < until };
  };
}

function* inTurn(positions: readonly number[], row: Database.Statement<[number], Row>): Iterable<Row> {
  for (const position of positions) yield row.get(position)!;
}

/** First and end of the names of a category's streams: '.' is the character after '-'. */
function rangeOf(category: string): [string, string] {
  return [`${category}-`, `${category}.`];
}

function conditionOf(filter: PageFilter): { condition: string; values: string[] } {
  let condition = '';
  const values: string[] = [];
  if (filter.organization !== undefined) {
    condition += ' AND organization = ?';
    values.push(filter.organization);
  }
  if (filter.types !== undefined) {
    condition += ` AND type IN (${filter.types.map(() => '?').join(', ')})`;
    values.push(...filter.types);
  }
  if (filter.categories !== undefined) {
    const ranges = filter.categories.map(() => '(stream >= ? AND stream < ?)').join(' OR ');
    condition += ranges === '' ? ' AND 0' : ` AND (${ranges})`;
    for (const category of filter.categories) values.push(...rangeOf(category));
  }
  return { condition, values };
}
