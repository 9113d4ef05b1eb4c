import { reactionId, streamName } from '@countersign/event-sourcing';
import type { CommandHandler } from '@countersign/event-store';
import type { DueSource } from '@countersign/processing';
import type { ServiceDependencies } from '@countersign/service';
import type { ToolCallCommand, ToolCallRejection } from '../toolcall/decide.ts';
import type { ToolCall } from '../toolcall/state.ts';
import { UNDECIDED } from '../toolcall/undecided.ts';
import { type CallRow, callsView } from '../views/call-row.ts';

/**
 * What is due of calls: no verdict in time (undecided), a permit that nobody redeemed (lapse), a redeemed call without
 * an outcome (abandon). The decider judges again by the command's time, so firing late or twice is harmless.
 */
export function createCallDeadlines(deps: {
  readonly service: ServiceDependencies;
  readonly toolCalls: CommandHandler<ToolCall, ToolCallCommand, ToolCallRejection>;
  readonly findCall: (id: string) => Promise<CallRow | undefined>;
  readonly outcomeTtlMs: number;
}): DueSource<CallRow> {
  const { views } = deps.service;
  return {
    async find(nowMs, limit) {
      const rows = await views.query<CallRow>(callsView.name, {
        due: { column: 'deadline', max: nowMs },
        limit,
      });
      return rows.map(({ row }) => row);
    },
    async fire(found, nowMs) {
      // The verdict may have come while others fired.
      const call = (await deps.findCall(found.id)) ?? found;
      if (call.deadline === null || call.deadline > nowMs) return;
      const command = commandFor(call, new Date(nowMs).toISOString(), deps.outcomeTtlMs);
      if (!command) return;
      return deps.toolCalls.handle(streamName('toolcall', call.id), command, {
        organization: call.organization,
        correlation: call.id,
        time: new Date(nowMs).toISOString(),
        eventId: (index) =>
          reactionId(`${call.id}/${call.position}`, `gateway.deadline.${command.kind}.v1`, index),
      });
    },
  };
}

function commandFor(call: CallRow, time: string, outcomeTtlMs: number): ToolCallCommand | null {
  switch (call.status) {
    case 'evaluating':
      return UNDECIDED;
    case 'authorized':
      return { kind: 'lapse', time };
    case 'redeemed':
      return { kind: 'abandon', time, outcomeTtlMs };
    default:
      return null;
  }
}
