import type { JsonObject } from '@countersign/event-sourcing';
import type { RecordedEvent } from '@countersign/event-store';
import type { Message } from './message.ts';

/** How one stored event type becomes a public one. An aggregate's `publish.ts` holds a list of these. */
export interface Publication {
  /** Stored name with version, e.g. `tool-requested.v1`. */
  readonly stored: string;
  /** Public name, e.g. `agent.tool.requested`. */
  readonly type: string;
  readonly topic: string | null;
  /** Stream category that the event stands in. */
  readonly category: string;
  readonly service: string;
  /** Stored data to public data, where they differ. Pure. */
  readonly data?: (stored: JsonObject) => JsonObject;
}

/** Maps stored events to public ones, and back by name. */
export interface Publisher {
  /** `null` for a stored type that nobody publishes (internal categories such as leases). */
  publish(event: RecordedEvent): Message | null;
  /** Stored type names of public types; unknown ones are left out. */
  storedTypes(publicTypes: readonly string[]): string[];
  /** Stream categories whose events go to these topics. */
  categories(topics: readonly string[]): string[];
  readonly publications: readonly Publication[];
}

/** @throws RangeError if two publications share a stored or a public name: the mapping must be one to one. */
export function createPublisher(publications: readonly Publication[]): Publisher {
  const byStored = new Map(publications.map((publication) => [publication.stored, publication]));
  const byType = new Map(publications.map((publication) => [publication.type, publication]));
  if (byStored.size !== publications.length || byType.size !== publications.length) {
    throw new RangeError('publications are not one to one');
  }
  // Several consumers of one process see the same stored event object: it is mapped once.
  const mapped = new WeakMap<RecordedEvent, Message>();

  return {
    publications,
    categories: (topics) => [
      ...new Set(publications.filter((p) => topics.includes(p.topic ?? '')).map((p) => p.category)),
    ],
    storedTypes: (types) => types.flatMap((type) => byType.get(type)?.stored ?? []),
    publish(event) {
      const known = mapped.get(event);
      if (known) return known;
      const publication = byStored.get(event.type);
      if (!publication) return null;
      const message = toMessage(event, publication);
      mapped.set(event, message);
      return message;
    },
  };
}

function toMessage(event: RecordedEvent, publication: Publication): Message {
  const { id, time, organization, correlation, causation, traceparent } = event.metadata;
  return {
    id,
    type: publication.type,
    topic: publication.topic,
    service: publication.service,
    subject: event.stream,
    sequence: event.version,
    position: event.position,
    time,
    organization,
    ...(correlation === undefined ? {} : { correlation }),
    ...(causation === undefined ? {} : { causation }),
    ...(traceparent === undefined ? {} : { traceparent }),
    data: publication.data ? publication.data(event.data) : event.data,
    ...(event.sealed ? { sealed: event.sealed } : {}),
  };
}
