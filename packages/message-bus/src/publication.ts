import type { JsonObject } from '@countersign/event-sourcing';
import type { RecordedEvent } from '@countersign/event-store';
import type { Message } from './message.ts';

/**
 * How one stored event type becomes a public one. An aggregate's `publish.ts` holds a list of these: one for each
 * version of a stored type, because ledgers keep old ones.
 */
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
  /** Stream categories whose events go to these topics; if types are given, only those that hold any of them. */
  categories(topics: readonly string[], types?: readonly string[]): string[];
  readonly publications: readonly Publication[];
}

/**
 * @throws RangeError naming the stored or public types that occur twice: the mapping must be one to one, but for the
 * versions of one stored type.
 */
export function createPublisher(publications: readonly Publication[]): Publisher {
  const byStored = new Map(publications.map((publication) => [publication.stored, publication]));
  const byType = Map.groupBy(publications, ({ type }) => type);
  const names = new Map(publications.map(({ stored, type }) => [`${nameOf(stored)} ${type}`, type]));
  const twice = [
    ...repeated(publications.map((publication) => publication.stored)),
    ...repeated([...names.values()]),
  ];
  if (twice.length > 0) throw new RangeError(`publications are not one to one: ${twice.join(', ')}`);

  return {
    publications,
    categories(topics, types) {
      const wanted = publications.filter(
        ({ topic, type }) => topics.includes(topic ?? '') && (!types || types.includes(type)),
      );
      return [...new Set(wanted.map(({ category }) => category))];
    },
    storedTypes: (types) => types.flatMap((type) => (byType.get(type) ?? []).map(({ stored }) => stored)),
    publish(event) {
      const publication = byStored.get(event.type);
      return publication ? toMessage(event, publication) : null;
    },
  };
}

/** A stored type without its version. */
function nameOf(stored: string): string {
  return stored.replace(/\.v[0-9]+$/, '');
}

function repeated(names: readonly string[]): string[] {
  return names.filter((name, index) => names.indexOf(name) !== index);
}

/**
 * Every consumer of a process maps for itself: that takes 50 ns, remembering the message for the others (in a
 * `WeakMap`, so as not to hold large events) took 700.
 */
function toMessage(event: RecordedEvent, publication: Publication): Message {
  const { metadata, sealed } = event;
  const message: { -readonly [Field in keyof Message]: Message[Field] } = {
    id: metadata.id,
    type: publication.type,
    topic: publication.topic,
    service: publication.service,
    subject: event.stream,
    sequence: event.version,
    position: event.position,
    time: metadata.time,
    organization: metadata.organization,
    data: publication.data ? publication.data(event.data) : event.data,
  };
  if (metadata.correlation !== undefined) message.correlation = metadata.correlation;
  if (metadata.causation !== undefined) message.causation = metadata.causation;
  if (metadata.traceparent !== undefined) message.traceparent = metadata.traceparent;
  if (sealed !== undefined) message.sealed = sealed;
  return message;
}
