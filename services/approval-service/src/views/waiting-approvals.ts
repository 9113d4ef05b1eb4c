import type { Directory } from '@countersign/directory';
import { allRows, type ViewReader } from '@countersign/service';
import { type ApprovalRow, approvalsView } from './approvals.ts';

/** Approvals that wait, of one organization or (`null`) of all. */
export function waitingApprovals(
  views: Pick<ViewReader, 'query'>,
  directory: Directory,
): (organization: string | null) => AsyncGenerator<ApprovalRow> {
  return async function* (organization) {
    for (const one of directory.organizationIds(organization))
      yield* allRows<ApprovalRow>(views, approvalsView.name, { organization: one, state: 'waiting' });
  };
}
