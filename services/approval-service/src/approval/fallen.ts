import { createFallSince, type HistoryOfCalls } from '@countersign/directory';
import { streamName } from '@countersign/event-sourcing';
import { currentPosition, type EventStore, type Position } from '@countersign/event-store';
import type { Message, MessageBus } from '@countersign/message-bus';
import type { ApprovalRow } from '../views/approvals.ts';

/** Why a question does not stand any more; `null` if it does. */
export type WhyFallen = (row: ApprovalRow) => Promise<string | null>;

/** Place in the call's stream of what follows the announcement: while a question waits, only the call's end. */
const END = 3;

/**
 * Judges a question by everything that stands in the ledger at this moment: the reaction that withdraws questions may be
 * another instance's, and may not have come to it.
 */
export function createWhyFallen(
  deps: HistoryOfCalls & {
    readonly bus: Pick<MessageBus, 'reread'>;
    readonly store: Pick<EventStore, 'acceptedPosition' | 'readPage'>;
    /** Resolves when what is known reaches up to a position. */
    readonly reached: (position: Position) => Promise<unknown> | undefined;
  },
): WhyFallen {
  const { store, bus } = deps;
  const fallSince = createFallSince(deps);
  return async (row) => {
    await deps.reached(await currentPosition(store));
    const end = endOf(await bus.reread(streamName('toolcall', row.id), END));
    return end ?? (await fallSince(row, row.asked))?.reason ?? null;
  };
}

/** Why a call has ended that was still undecided; `undefined` if it has not. */
export function endOf(message: Message | null): string | undefined {
  return message?.type === 'agent.safety.blocked' ? String(message.data.reason) : undefined;
}
