import type { Directory } from '@countersign/directory';
import type { ViewReader } from '@countersign/service';
import { type CallRow, callsView } from './call-row.ts';

const PAGE = 500;

/** Calls with an open permit, of one organization or (`null`) of all, page by page. */
export function authorizedCalls(
  views: Pick<ViewReader, 'query'>,
  directory: Directory,
): (organization: string | null) => AsyncGenerator<CallRow> {
  return async function* (organization) {
    const organizations =
      organization === null
        ? directory.organizations().map(({ data }) => data.organization_id)
        : [organization];
    for (const one of organizations) {
      let after: string | undefined;
      do {
        const where = { organization: one, status: 'authorized' };
        const rows = await views.query<CallRow>(callsView.name, {
          where,
          limit: PAGE,
          ...(after === undefined ? {} : { after }),
        });
        for (const { row } of rows) yield row;
        after = rows.length === PAGE ? rows.at(-1)?.key : undefined;
      } while (after !== undefined);
    }
  };
}
