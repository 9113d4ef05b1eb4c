import { principalKey } from '@countersign/access';
import { REMOVAL_TYPES, removedBy } from '@countersign/directory';
import { reactionId, streamName } from '@countersign/event-sourcing';
import type { CommandHandler } from '@countersign/event-store';
import type { Message } from '@countersign/message-bus';
import { againAfter, DONE, type ReactionOutcome } from '@countersign/processing';
import { allRows, type Clock, timeOf, type ViewReader } from '@countersign/service';
import type { AccessRequestCommand, AccessRequestRejection } from '../accessrequest/decide.ts';
import { REQUESTER_REMOVED } from '../accessrequest/deny-rule.ts';
import type { AccessRequest } from '../accessrequest/state.ts';
import { type AccessRequestRow, accessRequestsView } from '../views/access-requests.ts';

/** Where removals are told. */
export const REFUSE_REMOVED_TOPICS = ['agent.control'] as const;
/** Whoever is removed asks for nothing any more. */
export const REFUSE_REMOVED_TYPES = REMOVAL_TYPES;

const HANDLER = 'approval-service.refuse-removed.v1';

/** Ends what somebody had asked for who was removed: nobody is there whom it could be given. */
export function createRefuseRemovedReaction(deps: {
  readonly requests: CommandHandler<AccessRequest, AccessRequestCommand, AccessRequestRejection>;
  readonly views: ViewReader;
  readonly clock: Clock;
}): (message: Message) => Promise<ReactionOutcome> {
  return async (message) => {
    const removed = removedBy(message);
    if (!removed) return DONE;
    const { organization, position, id: causation } = message;
    const requester = principalKey(removed);
    const pending = allRows<AccessRequestRow>(deps.views, accessRequestsView.name, {
      organization,
      status: 'pending',
    });
    for await (const row of pending) {
      if (row.requester !== requester || row.position > position) continue;
      const time = timeOf(deps.clock);
      const handled = await deps.requests.handle(
        streamName('accessrequest', row.id),
        { kind: 'refuse', cause: REQUESTER_REMOVED, time },
        {
          ...{ organization, time, causation, correlation: row.id },
          eventId: (index) => reactionId(row.id, HANDLER, index),
        },
      );
      if (handled.kind === 'failed') return againAfter(handled.error);
    }
    return DONE;
  };
}
