import type { Position } from '@countersign/event-store';
import { checkDefinition, checkQuery, columnValue, describeDefinitions } from './view-definition.ts';
import {
  type ViewDefinition,
  type ViewQuery,
  type ViewRow,
  type ViewStore,
  viewStoreFailure,
} from './view-store.ts';

interface MemoryGroup {
  readonly description: string;
  readonly views: readonly string[];
  checkpoint: Position;
}

interface MemoryView {
  readonly definition: ViewDefinition;
  /** Key to the row's JSON: what is read back is never the object that was written. */
  readonly rows: Map<string, string>;
}

/** Views in memory: for tests, and the behaviour that the other adapters are compared with. */
export function createMemoryViewStore(): ViewStore {
  const groups = new Map<string, MemoryGroup>();
  const views = new Map<string, MemoryView>();
  let closed = false;

  const mustBeOpen = () => {
    if (closed) throw viewStoreFailure('the view store is closed');
  };
  const viewOf = (name: string): MemoryView => {
    mustBeOpen();
    const view = views.get(name);
    if (!view) throw new RangeError(`view "${name}" is not open`);
    return view;
  };
  const drop = (group: string) => {
    for (const name of groups.get(group)?.views ?? []) views.delete(name);
    groups.delete(group);
  };

  return {
    async open(group, definitions, head) {
      mustBeOpen();
      definitions.forEach(checkDefinition);
      const description = describeDefinitions(definitions);
      const known = groups.get(group);
      if (known && known.description === description && known.checkpoint <= head) return known.checkpoint;
      drop(group);
      const names = definitions.map((definition) => definition.name);
      for (const [other, { views: owned }] of groups)
        if (owned.some((name) => names.includes(name))) drop(other);
      groups.set(group, { description, views: names, checkpoint: 0 });
      for (const definition of definitions) views.set(definition.name, { definition, rows: new Map() });
      return 0;
    },
    async commit(group, writes, checkpoint) {
      mustBeOpen();
      const owner = groups.get(group);
      if (!owner) throw new RangeError(`group "${group}" is not open`);
      const changes = writes.map(({ view, key, row }) => {
        const { definition, rows } = viewOf(view);
        if (row) for (const column of Object.keys(definition.columns)) columnValue(definition, column, row);
        return { rows, key, body: row && JSON.stringify(row) };
      });
      for (const { rows, key, body } of changes) body === null ? rows.delete(key) : rows.set(key, body);
      owner.checkpoint = checkpoint;
    },
    async get(view, keys) {
      const { rows } = viewOf(view);
      const found = keys.flatMap((key): [string, ViewRow][] => {
        const body = rows.get(key);
        return body === undefined ? [] : [[key, JSON.parse(body)]];
      });
      return new Map(found);
    },
    async query(view, query) {
      const { definition, rows } = viewOf(view);
      checkQuery(definition, query);
      const all = Array.from(rows, ([key, body]) => ({ key, row: JSON.parse(body) as ViewRow }));
      return all
        .filter(({ key, row }) => matches(definition, query, key, row))
        .sort((a, b) => dueOf(query, a.row) - dueOf(query, b.row) || byBytes(a.key, b.key))
        .slice(0, query.limit);
    },
    async close() {
      closed = true;
    },
  };
}

function matches(
  definition: ViewDefinition,
  { where = {}, due, after }: ViewQuery,
  key: string,
  row: ViewRow,
): boolean {
  if (after !== undefined && byBytes(key, after) <= 0) return false;
  const time = due ? columnValue(definition, due.column, row) : null;
  if (due && (time === null || Number(time) > due.max)) return false;
  return Object.entries(where).every(([column, value]) => columnValue(definition, column, row) === value);
}

function dueOf({ due }: ViewQuery, row: ViewRow): number {
  return due ? Number(row[due.column]) : 0;
}

/** Keys are ordered by their UTF-8 bytes in every adapter. */
function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
