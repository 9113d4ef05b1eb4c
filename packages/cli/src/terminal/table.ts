import type { Colours } from './colours.ts';
import { plainText } from './plain-text.ts';

/** What a cell or a field holds, before it is made fit to be shown. */
export type Shown = string | number | boolean | null | undefined;

/** One column: what it shows of a row, and how that is coloured. Whatever it shows is taken as untrusted. */
export interface Column<Row> {
  readonly title: string;
  readonly of: (row: Row) => Shown;
  readonly paint?: ((paint: Colours, row: Row) => (text: string) => string) | undefined;
}

/** Longest cell. Whole texts are what `get` and `show` are for. */
const MAX_CELL_CHARS = 60;

/** Rows under their titles, aligned; a line for each. */
export function table<Row>(columns: readonly Column<Row>[], rows: readonly Row[], paint: Colours): string {
  const texts = rows.map((row) => columns.map((column) => cell(column.of(row))));
  const widths = columns.map(({ title }, at) =>
    Math.max(title.length, ...texts.map((line) => line[at]!.length)),
  );
  const last = columns.length - 1;
  const pad = (text: string, at: number): string => (at === last ? text : text.padEnd(widths[at]!));
  const head = columns.map(({ title }, at) => paint.dim(pad(title, at)));
  const lines = texts.map((line, rowAt) =>
    line.map((text, at) => {
      const colour = columns[at]!.paint?.(paint, rows[rowAt]!) ?? ((plain: string) => plain);
      return colour(pad(text, at));
    }),
  );
  return [head, ...lines].map((line) => line.join('  ').trimEnd()).join('\n');
}

/** Names and values, one pair a line; those without a value are left out. */
export function fields(pairs: readonly (readonly [name: string, value: Shown])[], paint: Colours): string {
  const given = pairs.filter(([, value]) => value !== undefined && value !== null);
  const width = Math.max(...given.map(([name]) => name.length));
  return given
    .map(([name, value]) => `${paint.dim(name.padEnd(width))}  ${plainText(String(value))}`)
    .join('\n');
}

function cell(value: Shown): string {
  const text = value === undefined || value === null ? '-' : plainText(String(value));
  return text.length > MAX_CELL_CHARS ? `${text.slice(0, MAX_CELL_CHARS - 1)}…` : text;
}
