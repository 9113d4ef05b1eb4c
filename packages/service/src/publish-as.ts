import type { EventDefinition } from '@countersign/contracts';
import type { JsonObject } from '@countersign/event-sourcing';
import type { Publication } from '@countersign/message-bus';

/** The publication of a stored event type as a public event; `data` where the stored data says more. */
export function publishAs(
  definition: EventDefinition,
  stored: string,
  data?: (stored: JsonObject) => JsonObject,
): Publication {
  const { type, topic, category, service } = definition;
  return { stored, type, topic, category, service, ...(data ? { data } : {}) };
}
