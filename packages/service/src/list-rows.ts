import type { ViewRow } from '@countersign/processing';
import type { ViewReader } from './views.ts';

/** Most rows that are read for one page of a caller who sees only some of them; `next` goes on from there. */
const MAX_READ = 5_000;
/** Rows of one read where some of them may not be shown. */
const READ_AT_ONCE = 500;

/**
 * A page of the rows of a view, whose keys are their ids, that match and are kept, which nearly all are: all of them, or those
 * that `sees` lets through.
 */
export async function listRows<Row extends ViewRow & { readonly id: string }>(
  views: Pick<ViewReader, 'query'>,
  view: string,
  where: Readonly<Record<string, string>>,
  query: { readonly after?: string | undefined; readonly limit: number },
  sees: 'all' | ((row: Row) => boolean),
  isKept: (row: Row) => boolean = () => true,
): Promise<{ readonly rows: readonly Row[]; readonly next: string | null }> {
  const { limit } = query;
  const size = sees === 'all' ? limit + 1 : Math.max(limit + 1, READ_AT_ONCE);
  const rows: Row[] = [];
  let { after } = query;
  for (let read = 0; read < MAX_READ; read += size) {
    const page = await views.query<Row>(view, {
      where,
      limit: size,
      ...(after === undefined ? {} : { after }),
    });
    rows.push(...page.map(({ row }) => row).filter((row) => isKept(row) && (sees === 'all' || sees(row))));
    if (rows.length > limit) return { rows: rows.slice(0, limit), next: rows[limit - 1]?.id ?? null };
    if (page.length < size) return { rows, next: null };
    after = page.at(-1)?.key;
  }
  return { rows, next: after ?? null };
}
