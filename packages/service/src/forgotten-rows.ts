import type { DueSource, Projection, ViewRow } from '@countersign/processing';
import type { ViewReader } from './views.ts';

/** Takes rows out of a view that nothing keeps any more. */
export interface ForgottenRows<Row extends ViewRow> extends DueSource<Row> {
  /** Something of an organization was let go of: its rows are looked through, a page at a time. */
  flushed(organization: string): void;
}

/**
 * Deletes the rows of an organization that retention has let go of. A flush is rare and the rows have no column for it, so
 * all of the organization are read once for each flush, and once after a start, which hears of them again; the events
 * stay. Each process does so for its own views.
 */
export function createForgottenRows<Row extends ViewRow & { readonly id: string }>(
  views: Pick<ViewReader, 'query'>,
  { view, table }: Projection<Row>,
  isKept: (row: Row) => boolean,
): ForgottenRows<Row> {
  /** How far each has been looked through since its last flush. */
  const looking = new Map<string, { readonly after?: string }>();
  return {
    flushed: (organization) => void looking.set(organization, {}),
    async find(_nowMs, limit) {
      const [next] = looking;
      if (!next) return [];
      const [organization, from] = next;
      const page = await views.query<Row>(view.name, {
        where: { organization },
        limit,
        ...from,
      });
      // Another flush has come meanwhile: it begins anew.
      if (looking.get(organization) !== from) return [];
      const last = page.at(-1);
      if (last && page.length === limit) looking.set(organization, { after: last.key });
      else looking.delete(organization);
      return page.map(({ row }) => row).filter((row) => !isKept(row));
    },
    async fire({ id }) {
      const row = table.peek(id);
      if (row !== null && (row === undefined || !isKept(row))) table.delete(id);
    },
  };
}
