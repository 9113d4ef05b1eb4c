import { reactionId } from '@countersign/event-sourcing';
import type { CommandHandler } from '@countersign/event-store';
import type { DueSource } from '@countersign/processing';
import type { LeaseBoard, OverdueLease } from '../lease/board.ts';
import type { WorkIntentCommand, WorkIntentRejection } from '../workintent/decide.ts';
import { workIntentStream } from '../workintent/shown.ts';
import type { WorkIntent } from '../workintent/state.ts';

/** Leases whose time is over: recorded as ended. They counted for nothing from their end on. */
export function createLeaseExpiries(deps: {
  readonly leases: Pick<LeaseBoard, 'overdue'>;
  readonly workIntents: CommandHandler<WorkIntent, WorkIntentCommand, WorkIntentRejection>;
}): DueSource<OverdueLease> {
  return {
    find: async (nowMs, limit) => [...deps.leases.overdue(nowMs, limit)],
    async fire({ organization, intent_id, id, expires_at }, nowMs) {
      const time = new Date(nowMs).toISOString();
      return deps.workIntents.handle(
        workIntentStream(organization, intent_id),
        { kind: 'end-lease', intentId: intent_id, leaseId: id, how: 'expired', time },
        {
          organization,
          time,
          eventId: (index) => reactionId(`${id}@${expires_at}`, 'policy-engine.lease-expiry.v1', index),
        },
      );
    },
  };
}
