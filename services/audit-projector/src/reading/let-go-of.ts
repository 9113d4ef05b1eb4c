import { isKept, type RetentionBoard } from '@countersign/directory';
import { streamName } from '@countersign/event-sourcing';
import { createRecentlyUsed, type EventStore, type RecordedEvent } from '@countersign/event-store';
import type { Publisher } from '@countersign/message-bus';

/** Tells whether what an event says in text is of a call that its organization's plan has let go of. */
export type IsLetGoOf = (event: RecordedEvent) => boolean | Promise<boolean>;

interface Call {
  readonly organization: string;
  readonly created_at: string;
  readonly user_id: string;
  readonly isUnderWay: boolean;
}

/** What ends a call. */
const ENDS: ReadonlySet<string> = new Set([
  'agent.tool.called',
  'agent.tool.lapsed',
  'agent.tool.abandoned',
  'agent.safety.blocked',
]);

/** Ended calls that are remembered; a cache only. */
const REMEMBERED = 5_000;

/**
 * Traces and events are kept apart: an event of a call that was let go of is shown for as long as events are, without its
 * text. Nothing is written for it: a restart and a rebuild find the same.
 */
export function createIsLetGoOf(
  store: Pick<EventStore, 'read'>,
  publisher: Publisher,
  board: Pick<RetentionBoard, 'horizon'>,
): IsLetGoOf {
  const ended = createRecentlyUsed<Call>(REMEMBERED);

  const callOf = async (id: string): Promise<Call | null> => {
    const known = ended.get(id);
    if (known) return known;
    const events = await store.read(streamName('toolcall', id));
    const messages = events.flatMap((event) => publisher.publish(event) ?? []);
    const requested = messages.find(({ type }) => type === 'agent.tool.requested');
    if (requested === undefined) return null;
    const { organization, time: created_at, data } = requested;
    const isUnderWay = !messages.some(({ type }) => ENDS.has(type));
    const call = { organization, created_at, user_id: String(data.user_id), isUnderWay };
    if (isUnderWay) return call;
    ended.set(id, call);
    return call;
  };

  return (event) => {
    const { organization, correlation } = event.metadata;
    if (event.sealed === undefined || correlation === undefined || !isAbout(event, correlation)) return false;
    if (board.horizon(organization, 'traces') === undefined) return false;
    return callOf(correlation).then((call) => call !== null && !isKept(board, call, call.isUnderWay));
  };
}

/** A call also causes what is about others: its organization's plan in the book, a period, the balances of a book. */
export function isAbout({ stream, data }: RecordedEvent, callId: string): boolean {
  return stream.endsWith(`-${callId}`) || data.tool_call_id === callId;
}
