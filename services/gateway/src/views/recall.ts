import { streamName } from '@countersign/event-sourcing';
import type { EventStore, RecordedEvent } from '@countersign/event-store';
import type { Publisher } from '@countersign/message-bus';
import type { CallRow } from './call-row.ts';
import { type CallsViewOptions, createCallsView } from './calls.ts';

/** Streams of a call whose id is the call's. Of its meter events the calls view knows the positions. */
export const CALL_STREAMS = ['toolcall', 'evaluation', 'approval'] as const;

/** Ends that a meter or throttle is the reason of. */
const QUOTA: ReadonlySet<string> = new Set(['over_quota', 'throttled', 'approved_but_over_quota']);
const PAGE = 500;
/** Events of meters between a call's request and its end that are looked at for the one that refused it. */
const LOOKED_AT = 10_000;

/**
 * A call's row made of its own events, for calls that the view has forgotten: the same request may come again, and its
 * outcome may come late. Of what meters said of it only a refusal is looked for: its figures are in the answer.
 */
export function createRecall(
  store: Pick<EventStore, 'read' | 'readPage'>,
  publisher: Publisher,
  options: Omit<CallsViewOptions, 'onChange'>,
): (id: string) => Promise<CallRow | undefined> {
  const denials = publisher.storedTypes(['agent.quota.denied']);
  const refusals = publisher.storedTypes(['agent.safety.blocked']);
  const refusal = async (own: readonly RecordedEvent[]): Promise<RecordedEvent[]> => {
    const [first] = own;
    const end = own.find(({ type }) => refusals.includes(type));
    if (!first || !end || !QUOTA.has(String(end.data.reason))) return [];
    const { organization, correlation } = first.metadata;
    for (let after = first.position, looked = 0; after < end.position && looked < LOOKED_AT; looked += PAGE) {
      const page = await store.readPage({ after, limit: PAGE, types: denials, organization });
      const found = page.events.find(({ metadata }) => metadata.correlation === correlation);
      if (found) return [found];
      if (page.position <= after) break;
      after = page.position;
    }
    return [];
  };

  return async (id) => {
    const read = (category: string) => store.read(streamName(category, id), { visibility: 'accepted' });
    const own = (await Promise.all(CALL_STREAMS.map(read))).flat();
    const events = [...own, ...(await refusal(own))];
    const view = createCallsView({ ...options, onChange: () => {} });
    for (const event of events.sort((a, b) => a.position - b.position)) {
      const message = publisher.publish(event);
      if (message) view.apply(message);
    }
    return view.table.get(id);
  };
}
