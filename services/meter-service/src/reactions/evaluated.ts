import type { ToolCalled, ToolEvaluated } from '@countersign/contracts';
import { streamName } from '@countersign/event-sourcing';
import type { Message, MessageBus } from '@countersign/message-bus';
import type { Amount, RecordUsage } from '@countersign/metering';

/** What one call is metered by, as its evaluation froze it: the same whenever it is asked. */
export type MeteredCall = Pick<RecordUsage, 'askedAt' | 'amounts' | 'scopes'>;

/** Places of the two evaluations in their stream: at request, and at release after a human has granted the call. */
const PHASES = [1, 2];

/** Out of the frozen facts of an evaluation, at its time. */
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

/** What an outcome says was used of what only whoever runs it can count. */
export function reportedIn(usage: ToolCalled['usage']): Amount[] {
  return Object.entries(usage?.counters ?? {}).map(([key, amount = 0]) => ({ key, amount }));
}

function amountOf(key: 'tool_calls' | 'tool_cost' | 'concurrent_calls', amount: number): Amount {
  return { key, amount };
}

/** Whether the evaluation's verdict is `allow`. */
export function isAllowed(message: Message): boolean {
  return (message.data as unknown as ToolEvaluated).verdict === 'allow';
}

/** A call is one question, asked at its request; at the release nobody is asked twice. */
export function asksAHuman({ data }: Message): boolean {
  const { verdict, phase } = data as unknown as ToolEvaluated;
  return verdict === 'require_approval' && phase === 'request';
}

/** What a call was let through with, read again; `null` for a call that never was. */
export async function allowedCall(bus: Pick<MessageBus, 'reread'>, id: string): Promise<MeteredCall | null> {
  for (const phase of PHASES) {
    const evaluated = await bus.reread(streamName('evaluation', id), phase);
    if (evaluated && isAllowed(evaluated)) return meteredCall(evaluated);
  }
  return null;
}
