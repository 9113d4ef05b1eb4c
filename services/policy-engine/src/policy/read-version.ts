import { streamName } from '@countersign/event-sourcing';
import type { EventStore } from '@countersign/event-store';
import type { ReadVersion } from './catalog.ts';
import type { PolicyPublished } from './events.ts';

/** Versions as they stand in the streams of their policies. */
export function createReadVersion(store: Pick<EventStore, 'read'>): ReadVersion {
  return async (organization, id, sequence) => {
    const stream = streamName('policy', `${organization}:${id}`);
    const [event] = await store.read(stream, { after: sequence - 1, limit: 1, visibility: 'accepted' });
    if (!event) throw new Error(`${stream} has no event ${sequence} that can be read`);
    return {
      published: event.data as unknown as PolicyPublished['data'],
      createdAt: event.metadata.time,
    };
  };
}
