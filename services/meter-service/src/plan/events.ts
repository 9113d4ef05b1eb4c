import type { DomainEvent, JsonObject } from '@countersign/event-sourcing';

/** Stored events of one plan. The names and shapes are the storage format: they are versioned, never changed. */

export interface Actor {
  readonly kind: 'user' | 'agent' | 'service' | 'system';
  readonly id: string;
}

export type PlanPublished = DomainEvent<
  'plan-published.v1',
  {
    readonly slug: string;
    /** The entry as it was written, in the plan grammar. */
    readonly plan: JsonObject;
    readonly by: Actor;
  }
>;

export type PlanEvent = PlanPublished;
