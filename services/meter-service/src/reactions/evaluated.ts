import type { ToolEvaluated } from '@countersign/contracts';
import { streamName } from '@countersign/event-sourcing';
import type { Message, MessageBus } from '@countersign/message-bus';
import type { Amount, RecordUsage } from '@countersign/metering';

/** What one call is metered by, as its evaluation froze it: the same whenever it is asked. */
export type MeteredCall = Pick<RecordUsage, 'askedAt' | 'amounts' | 'scopes'>;

/** Places of the two evaluations in their stream: at request, and at release after a human has granted the call. */
const PHASES = [1, 2];

export function meteredCall(message: Message): MeteredCall {
  const { facts } = message.data as unknown as ToolEvaluated;
  const { scope, user, tool } = facts;
  return {
    askedAt: Date.parse(message.time),
    amounts: [amountOf('tool_calls', 1), ...costOf(tool?.cost_micros ?? 0), amountOf('concurrent_calls', 1)],
    scopes: user ? { ...scope, user: user.id } : scope,
  };
}

/** A call's cost in micro-units, as an amount of its meter. */
export function costOf(micros: number): Amount[] {
  return [amountOf('tool_cost', micros)];
}

function amountOf(key: 'tool_calls' | 'tool_cost' | 'concurrent_calls', amount: number): Amount {
  return { key, amount };
}

export function isAllowed(message: Message): boolean {
  return (message.data as unknown as ToolEvaluated).verdict === 'allow';
}

/** What a call was let through with, read again; `null` for a call that never was. */
export async function allowedCall(bus: Pick<MessageBus, 'reread'>, id: string): Promise<MeteredCall | null> {
  for (const phase of PHASES) {
    const evaluated = await bus.reread(streamName('evaluation', id), phase);
    if (evaluated && isAllowed(evaluated)) return meteredCall(evaluated);
  }
  return null;
}
