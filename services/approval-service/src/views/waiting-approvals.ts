import type { Directory, Reach } from '@countersign/directory';
import { allRows, type ViewReader } from '@countersign/service';
import { type ApprovalRow, approvalsView } from './approvals.ts';

/** Approvals that wait, of the organizations in reach. */
export function waitingApprovals(
  views: Pick<ViewReader, 'query'>,
  directory: Directory,
): (reach: Reach) => AsyncGenerator<ApprovalRow> {
  return async function* (reach) {
    for (const one of directory.organizationIds(reach))
      yield* allRows<ApprovalRow>(views, approvalsView.name, { organization: one, state: 'waiting' });
  };
}
