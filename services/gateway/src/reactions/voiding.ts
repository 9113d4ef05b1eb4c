import { type Fall, type Reach, reachOf, type Standing } from '@countersign/directory';
import { streamName } from '@countersign/event-sourcing';
import { type CommandHandler, reactionMetadata } from '@countersign/event-store';
import type { Message } from '@countersign/message-bus';
import { againAfter, DONE, type ReactionOutcome } from '@countersign/processing';
import { type Clock, messageMetadata, timeOf } from '@countersign/service';
import type { ToolCallCommand, ToolCallRejection } from '../toolcall/decide.ts';
import type { ToolCall } from '../toolcall/state.ts';
import type { CallRow } from '../views/call-row.ts';
import { endOf } from './verdicts.ts';

interface VoidingDependencies {
  readonly toolCalls: CommandHandler<ToolCall, ToolCallCommand, ToolCallRejection>;
  /** Authorized, unredeemed calls of the organizations in reach, page by page. */
  readonly authorizedCalls: (reach: Reach) => AsyncIterable<CallRow>;
  /** What has felled a call since a position, whatever came after it. */
  readonly fallByEvent: (message: Message, call: Standing, since: number) => Promise<Fall | null>;
  readonly clock: Clock;
}

const HANDLER = 'gateway.voiding.v1';

/**
 * Ends every open permit that no longer stands after a control event. Waiting approvals are the approval-service's to
 * void; calls still being evaluated are checked when they would be authorized.
 */
export function createVoidingReaction(
  deps: VoidingDependencies,
): (message: Message) => Promise<ReactionOutcome> {
  const { toolCalls, clock } = deps;
  return async (message) => {
    for await (const call of deps.authorizedCalls(reachOf(message))) {
      const fallen = await deps.fallByEvent(message, call, call.permit?.judged_at ?? message.position);
      if (!fallen) continue;
      // One event voids many calls: the call is part of the deterministic id.
      const metadata = {
        ...reactionMetadata({ metadata: messageMetadata(message) }, `${HANDLER}/${call.id}`, timeOf(clock)),
        organization: call.organization,
        correlation: call.id,
      };
      const handled = await toolCalls.handle(
        streamName('toolcall', call.id),
        { kind: 'block', open: 'unredeemed', ...endOf(fallen) },
        metadata,
      );
      if (handled.kind === 'failed') return againAfter(handled.error);
    }
    return DONE;
  };
}
