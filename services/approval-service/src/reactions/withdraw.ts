import type { SafetyBlocked } from '@countersign/contracts';
import { FALL_TYPES, type Fall, type Reach, reachOf, type Standing } from '@countersign/directory';
import { streamName } from '@countersign/event-sourcing';
import { type CommandHandler, reactionMetadata } from '@countersign/event-store';
import type { Message } from '@countersign/message-bus';
import { againAfter, DONE, type ReactionOutcome } from '@countersign/processing';
import { type Clock, messageMetadata, timeOf } from '@countersign/service';
import type { ApprovalCommand, ApprovalRejection } from '../approval/decide.ts';
import type { Approval } from '../approval/state.ts';
import type { ApprovalRow } from '../views/approvals.ts';

/** What fells a call, and calls that have ended otherwise. */
export const WITHDRAW_TYPES: readonly string[] = ['agent.safety.blocked', ...FALL_TYPES];

interface WithdrawDependencies {
  readonly approvals: CommandHandler<Approval, ApprovalCommand, ApprovalRejection>;
  /** Waiting approvals of the organizations in reach, page by page. */
  readonly waiting: (reach: Reach) => AsyncIterable<ApprovalRow>;
  /** What has felled a call since it was asked about, whatever came after it. */
  readonly fallByEvent: (message: Message, call: Standing, since: number) => Promise<Fall | null>;
  readonly clock: Clock;
}

const HANDLER = 'approval-service.withdraw.v1';

/** Ends waiting questions that no longer stand; the gateway then blocks their calls. */
export function createWithdrawReaction(
  deps: WithdrawDependencies,
): (message: Message) => Promise<ReactionOutcome> {
  const voidOne = async (message: Message, call: { id: string; organization: string }, cause: string) => {
    const metadata = {
      ...reactionMetadata(
        { metadata: messageMetadata(message) },
        `${HANDLER}/${call.id}`,
        timeOf(deps.clock),
      ),
      organization: call.organization,
      correlation: call.id,
    };
    return deps.approvals.handle(streamName('approval', call.id), { kind: 'void', cause }, metadata);
  };

  return async (message) => {
    if (message.type === 'agent.safety.blocked') {
      const { tool_call_id, reason } = message.data as unknown as SafetyBlocked;
      const handled = await voidOne(
        message,
        { id: tool_call_id, organization: message.organization },
        reason,
      );
      return handled.kind === 'failed' ? againAfter(handled.error) : DONE;
    }
    for await (const row of deps.waiting(reachOf(message))) {
      const fallen = await deps.fallByEvent(message, row, row.asked);
      if (!fallen) continue;
      const handled = await voidOne(message, row, fallen.reason);
      if (handled.kind === 'failed') return againAfter(handled.error);
    }
    return DONE;
  };
}
