import type { ViewDefinition, ViewQuery, ViewRow } from './view-store.ts';

const NAME = /^[a-z][a-z0-9_.-]*$/;
const COLUMN = /^[a-z][a-z0-9_]*$/;
/** Names that every view has beside its columns. */
const RESERVED = new Set(['key', 'body']);

/** @throws RangeError naming everything that is wrong with a definition: a programming error, found at the start. */
export function checkDefinition({ name, columns, indexes }: ViewDefinition): void {
  const problems: string[] = [];
  if (!NAME.test(name)) problems.push('its name is not lower-case letters, digits, ".", "_" or "-"');
  for (const column of Object.keys(columns)) {
    if (!COLUMN.test(column) || RESERVED.has(column)) problems.push(`"${column}" can't be a column's name`);
  }
  for (const index of indexes) {
    const unknown = index.filter((column) => !Object.hasOwn(columns, column));
    if (index.length === 0) problems.push('an index has no column');
    if (unknown.length > 0) problems.push(`an index names ${unknown.join(', ')}, declare them as columns`);
  }
  if (problems.length > 0) throw new RangeError(`view "${name}": ${problems.join('; ')}`);
}

/** @throws RangeError naming everything in the query that the definition does not allow. */
export function checkQuery(definition: ViewDefinition, query: ViewQuery): void {
  const { where = {}, due, after, limit } = query;
  const problems: string[] = [];
  for (const [column, value] of Object.entries(where)) {
    const type = columnType(definition, column);
    if (!type) problems.push(undeclared(definition, column));
    else if (!fits(type, value)) problems.push(`column "${column}" is ${type}, not ${typeof value}`);
  }
  if (due && columnType(definition, due.column) !== 'integer') {
    problems.push(`"due" needs a declared integer column, not "${due.column}"`);
  }
  if (due && after !== undefined) problems.push('"after" pages in key order, "due" is ordered by its column');
  if (!Number.isSafeInteger(limit) || limit < 1) problems.push(`limit ${limit} is not a positive integer`);
  if (problems.length > 0) throw new RangeError(`query of view "${definition.name}": ${problems.join('; ')}`);
}

/**
 * What is stored in a column for queries; absent is `null`.
 * @throws RangeError if the row's value is of another type: equality and order would then depend on the adapter.
 */
export function columnValue(
  definition: ViewDefinition,
  column: string,
  row: ViewRow,
): string | number | null {
  const value = row[column];
  if (value === undefined || value === null) return null;
  const type = definition.columns[column];
  if (type !== undefined && fits(type, value)) return value;
  throw new RangeError(
    `view "${definition.name}": column "${column}" is ${type}, the row has ${typeof value}`,
  );
}

/** The definitions as one text, equal only for equal shapes: what a store compares with what it was built by. */
export function describeDefinitions(definitions: readonly ViewDefinition[]): string {
  const shapes = definitions.map(({ name, columns, indexes }) => [
    name,
    Object.entries(columns).sort(),
    indexes,
  ]);
  return JSON.stringify(shapes.sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)));
}

function columnType(definition: ViewDefinition, column: string): 'text' | 'integer' | undefined {
  return Object.hasOwn(definition.columns, column) ? definition.columns[column] : undefined;
}

function fits(type: 'text' | 'integer', value: unknown): value is string | number {
  return type === 'text' ? typeof value === 'string' : Number.isSafeInteger(value);
}

function undeclared({ columns }: ViewDefinition, column: string): string {
  return `column "${column}" is not declared (${Object.keys(columns).join(', ') || 'none is'})`;
}
