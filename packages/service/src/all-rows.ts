import type { ViewRow } from '@countersign/processing';
import type { ViewReader } from './views.ts';

/** Rows per look at the view: what a reaction that goes through all of them holds at once. */
const PAGE_ROWS = 500;

/** All rows of a view that match, in order of their keys, page by page. */
export async function* allRows<Row extends ViewRow>(
  views: Pick<ViewReader, 'query'>,
  view: string,
  where: Readonly<Record<string, string>>,
): AsyncGenerator<Row> {
  let after: string | undefined;
  do {
    const rows: { key: string; row: Row }[] = await views.query<Row>(view, {
      where,
      limit: PAGE_ROWS,
      ...(after === undefined ? {} : { after }),
    });
    for (const { row } of rows) yield row;
    after = rows.length === PAGE_ROWS ? rows.at(-1)?.key : undefined;
  } while (after !== undefined);
}
