import type { ViewRow } from '@countersign/processing';
import { fillPage, type PageAnswer, type PageEntries } from './page.ts';
import type { ViewReader } from './views.ts';

/** Most rows that are read for one page of a caller who sees only some of them; `next` goes on from there. */
const MAX_READ = 5_000;
/** Rows of one read. */
const READ_AT_ONCE = 200;

/** Which rows of a view are listed. */
export interface RowList<Row> {
  readonly view: string;
  readonly where: Readonly<Record<string, string>>;
  /** All that match, or those that it lets through. */
  readonly sees: 'all' | ((row: Row) => boolean);
  /** True of nearly all; default of all. */
  readonly isKept?: (row: Row) => boolean;
}

/** A page of the rows of a view, whose keys are their ids, each as it is shown. */
export function listRows<Row extends ViewRow & { readonly id: string }, Shown extends object>(
  views: Pick<ViewReader, 'query'>,
  list: RowList<Row>,
  query: { readonly after?: string | undefined; readonly limit: number },
  show: (row: Row) => Shown | Promise<Shown>,
): Promise<PageAnswer<Shown>> {
  return fillPage(rowsOf(views, list, query), query.limit, ({ id }) => id, show);
}

async function* rowsOf<Row extends ViewRow & { readonly id: string }>(
  views: Pick<ViewReader, 'query'>,
  { view, where, sees, isKept = () => true }: RowList<Row>,
  { after, limit }: { readonly after?: string | undefined; readonly limit: number },
): PageEntries<Row> {
  // One more than is shown tells whether there is a next page.
  const size = sees === 'all' ? Math.min(limit + 1, READ_AT_ONCE) : READ_AT_ONCE;
  for (let read = 0; read < MAX_READ; read += size) {
    const rows = await views.query<Row>(view, {
      where,
      limit: size,
      ...(after === undefined ? {} : { after }),
    });
    for (const { row } of rows) if (isKept(row) && (sees === 'all' || sees(row))) yield row;
    if (rows.length < size) return null;
    after = rows.at(-1)?.key;
  }
  return after ?? null;
}
