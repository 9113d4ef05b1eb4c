import { type ExpectedVersion, NO_STREAM, streamName } from '@countersign/event-sourcing';
import { type EventStore, isStoreError, type RecordedEvent } from '@countersign/event-store';
import { SAMPLE_PUBLICATIONS, type Sample } from './harness.ts';

/** Records the cases' events, one at a time, in whatever ledger runs now. */
export function createAppendSample(): (store: EventStore, sample: Sample) => Promise<RecordedEvent> {
  const versions = new Map<string, number>();
  let recorded = 0;
  return async (store, { type, organization, id, n, links, sealed }) => {
    const { category, stored } = SAMPLE_PUBLICATIONS.find((publication) => publication.type === type)!;
    const stream = streamName(category, id);
    const version = versions.get(stream) ?? 0;
    recorded += 1;
    const eventId = `019a5b0e-7c1a-7d3e-9f00-${String(recorded).padStart(12, '0')}`;
    const metadata = { id: eventId, time: '2026-11-01T10:00:00.000Z', organization, ...links };
    const expected: ExpectedVersion = version === 0 ? NO_STREAM : version;
    const event = { type: stored, data: { n }, metadata, ...(sealed ? { sealed } : {}) };
    const accepted = await store.append(stream, expected, [event]).accepted;
    if (isStoreError(accepted)) throw new Error(`${stream}: ${accepted.code}`);
    versions.set(stream, version + 1);
    return { ...accepted.events[0]!, position: accepted.position };
  };
}
