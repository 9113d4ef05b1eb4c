import { reactionId, streamName } from '@countersign/event-sourcing';
import type { CommandHandler } from '@countersign/event-store';
import type { DueSource } from '@countersign/processing';
import type { ViewReader } from '@countersign/service';
import type { AccessRequestCommand, AccessRequestRejection } from '../accessrequest/decide.ts';
import type { AccessRequest } from '../accessrequest/state.ts';
import { type AccessRequestRow, accessRequestsView } from '../views/access-requests.ts';

/** Requests for access whose time is over: expired, which means no. */
export function createAccessRequestExpiries(deps: {
  readonly views: Pick<ViewReader, 'query'>;
  readonly requests: CommandHandler<AccessRequest, AccessRequestCommand, AccessRequestRejection>;
}): DueSource<AccessRequestRow> {
  return {
    async find(nowMs, limit) {
      const due = { column: 'deadline', max: nowMs };
      const rows = await deps.views.query<AccessRequestRow>(accessRequestsView.name, { due, limit });
      return rows.map(({ row }) => row);
    },
    async fire(row, nowMs) {
      const time = new Date(nowMs).toISOString();
      return deps.requests.handle(
        streamName('accessrequest', row.id),
        { kind: 'expire', time },
        {
          organization: row.organization,
          correlation: row.id,
          time,
          eventId: (index) => reactionId(row.id, 'approval-service.access-request-expiry.v1', index),
        },
      );
    },
  };
}
