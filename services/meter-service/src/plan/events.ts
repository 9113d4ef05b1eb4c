import type { DomainEvent, JsonObject } from '@countersign/event-sourcing';

/** Stored events of one plan. The names and shapes are the storage format: they are versioned, never changed. */

/** Who did something; `system` is Countersign itself. */
export interface Actor {
  readonly kind: 'user' | 'agent' | 'service' | 'system';
  readonly id: string;
}

/** A plan from here on, whole. */
export type PlanPublished = DomainEvent<
  'plan-published.v1',
  {
    readonly slug: string;
    /** The entry as it was written, in the plan grammar. */
    readonly plan: JsonObject;
    readonly by: Actor;
  }
>;

/** Everything that the stream of a plan holds. */
export type PlanEvent = PlanPublished;
