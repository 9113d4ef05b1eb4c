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
  /** How far each has been looked through, and whether another flush has come meanwhile. They take turns. */
  const looking = new Map<string, { readonly after?: string; readonly again: boolean }>();
  return {
    flushed(organization) {
      const underWay = looking.get(organization);
      looking.set(organization, { ...underWay, again: underWay !== undefined });
    },
    async find(_nowMs, limit) {
      const [next] = looking;
      if (!next) return [];
      const [organization, { after }] = next;
      const page = await views.query<Row>(view.name, {
        where: { organization },
        limit,
        ...(after === undefined ? {} : { after }),
      });
      const again = looking.get(organization)?.again ?? false;
      const last = page.at(-1);
      looking.delete(organization);
      if (last && page.length === limit) looking.set(organization, { after: last.key, again });
      else if (again) looking.set(organization, { again: false });
      return page.map(({ row }) => row).filter((row) => !isKept(row));
    },
    async fire({ id }) {
      const row = table.peek(id);
      if (row !== null && (row === undefined || !isKept(row))) table.delete(id);
    },
  };
}
