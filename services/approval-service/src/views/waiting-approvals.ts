import type { Directory } from '@countersign/directory';
import type { ViewReader } from '@countersign/service';
import { type ApprovalRow, approvalsView } from './approvals.ts';

const PAGE = 500;

/** Approvals that wait, of one organization or (`null`) of all, page by page. */
export function waitingApprovals(
  views: Pick<ViewReader, 'query'>,
  directory: Directory,
): (organization: string | null) => AsyncGenerator<ApprovalRow> {
  return async function* (organization) {
    const organizations =
      organization === null
        ? directory.organizations().map(({ data }) => data.organization_id)
        : [organization];
    for (const one of organizations) {
      let after: string | undefined;
      do {
        const rows = await views.query<ApprovalRow>(approvalsView.name, {
          where: { organization: one, state: 'waiting' },
          limit: PAGE,
          ...(after === undefined ? {} : { after }),
        });
        for (const { row } of rows) yield row;
        after = rows.length === PAGE ? rows.at(-1)?.key : undefined;
      } while (after !== undefined);
    }
  };
}
