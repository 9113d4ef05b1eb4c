import {
  type DomainEvent,
  type JsonObject,
  reactionId,
  type SealedFields,
} from '@countersign/event-sourcing';
import type { EventMetadata, NewEvent } from '../event.ts';

/** What the edge or the reaction adds to a decision's facts. */
export interface CommandMetadata extends Omit<EventMetadata, 'id'> {
  /** Id of the decision's `index`-th event. Stable across retries of the same command. */
  eventId(index: number): string;
}

/** Metadata of a command that an event caused: deterministic ids, the cause's organization and correlation. */
export function reactionMetadata(
  source: { readonly metadata: EventMetadata },
  handler: string,
  time: string,
): CommandMetadata {
  const { id, organization, correlation, traceparent } = source.metadata;
  return {
    organization,
    time,
    causation: id,
    ...(correlation === undefined ? {} : { correlation }),
    ...(traceparent === undefined ? {} : { traceparent }),
    eventId: (index) => reactionId(id, handler, index),
  };
}

/**
 * Encrypts the personal part of decided events and gives them their metadata. Where no key can be had it rejects with an
 * error whose `code` is `vault_unavailable`: what can't be sealed is not stored.
 */
export type Seal = (
  stream: string,
  events: readonly DomainEvent[],
  metadata: CommandMetadata,
) => readonly NewEvent[] | Promise<readonly NewEvent[]>;

/** One decided event with its metadata; `sealed` as the key vault made it. */
export function toNewEvent(
  event: DomainEvent,
  index: number,
  metadata: CommandMetadata,
  sealed?: SealedFields,
): NewEvent {
  const { organization, time, correlation, causation, traceparent } = metadata;
  const stored: { -readonly [Key in keyof EventMetadata]: EventMetadata[Key] } = {
    id: metadata.eventId(index),
    time,
    organization,
  };
  if (correlation !== undefined) stored.correlation = correlation;
  if (causation !== undefined) stored.causation = causation;
  if (traceparent !== undefined) stored.traceparent = traceparent;
  const { type, data } = event as { type: string; data: JsonObject };
  return sealed ? { type, data, sealed, metadata: stored } : { type, data, metadata: stored };
}
