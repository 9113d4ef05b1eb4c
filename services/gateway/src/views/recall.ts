import { streamName } from '@countersign/event-sourcing';
import type { EventStore } from '@countersign/event-store';
import type { Publisher } from '@countersign/message-bus';
import type { CallRow } from './call-row.ts';
import { type CallsViewOptions, createCallsView } from './calls.ts';

/** Streams of a call whose id is the call's. Of its meter events the calls view knows the positions. */
export const CALL_STREAMS = ['toolcall', 'evaluation', 'approval'] as const;

/**
 * A call's row made of its own events, for calls that the view has forgotten: the same request may come again, and its
 * outcome may come late. Without what the meter said of it, which the call's end repeats as a reason.
 */
export function createRecall(
  store: Pick<EventStore, 'read'>,
  publisher: Publisher,
  options: Omit<CallsViewOptions, 'onChange'>,
): (id: string) => Promise<CallRow | undefined> {
  return async (id) => {
    const read = (category: string) => store.read(streamName(category, id), { visibility: 'accepted' });
    const events = (await Promise.all(CALL_STREAMS.map(read))).flat();
    const view = createCallsView({ ...options, onChange: () => {} });
    for (const event of events.sort((a, b) => a.position - b.position)) {
      const message = publisher.publish(event);
      if (message) view.apply(message);
    }
    return view.table.get(id);
  };
}
