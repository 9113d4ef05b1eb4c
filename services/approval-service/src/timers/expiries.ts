import { reactionId, streamName } from '@countersign/event-sourcing';
import type { CommandHandler } from '@countersign/event-store';
import type { DueSource } from '@countersign/processing';
import type { ViewReader } from '@countersign/service';
import type { ApprovalCommand, ApprovalRejection } from '../approval/decide.ts';
import type { Approval } from '../approval/state.ts';
import { type ApprovalRow, approvalsView } from '../views/approvals.ts';

/** Approvals whose time is over: expired, which means no. */
export function createExpiries(deps: {
  readonly views: Pick<ViewReader, 'query'>;
  readonly approvals: CommandHandler<Approval, ApprovalCommand, ApprovalRejection>;
}): DueSource<ApprovalRow> {
  return {
    async find(nowMs, limit) {
      const due = { column: 'deadline', max: nowMs };
      const rows = await deps.views.query<ApprovalRow>(approvalsView.name, { due, limit });
      return rows.map(({ row }) => row);
    },
    async fire(row, nowMs) {
      const time = new Date(nowMs).toISOString();
      return deps.approvals.handle(
        streamName('approval', row.id),
        { kind: 'expire', time },
        {
          organization: row.organization,
          correlation: row.id,
          time,
          eventId: (index) => reactionId(row.id, 'approval-service.expiry.v1', index),
        },
      );
    },
  };
}
