import { parsePlan } from '@countersign/access';
import type { Decider, JsonObject } from '@countersign/event-sourcing';
import type { Actor, PlanEvent } from './events.ts';

/** Publishes a plan, or changes it. It was checked before: it is valid in the plan grammar. */
export interface PublishPlan {
  readonly kind: 'publish';
  readonly slug: string;
  readonly plan: JsonObject;
  readonly by: Actor;
  /** Leaves a plan alone that people have published: for what is built in. */
  readonly yieldsToPeople?: true;
}

/** What was last published. */
export interface PublishedPlan {
  readonly plan: JsonObject | null;
  /** Published by a person, not by a start. */
  readonly byPeople: boolean;
}

function decide(command: PublishPlan, { plan: before, byPeople }: PublishedPlan): readonly PlanEvent[] {
  const { slug, plan, by, yieldsToPeople } = command;
  // Who publishes what a start has published makes it theirs: it stays when the settings change.
  const isTheirs = byPeople || by.kind === 'system';
  if ((yieldsToPeople && byPeople) || (isTheirs && before !== null && saysTheSame(before, plan))) return [];
  return [{ type: 'plan-published.v1', data: { slug, plan, by } }];
}

/** Published whole; what is built in yields to people. */
export const plan: Decider<PublishedPlan, PublishPlan, PlanEvent> = {
  initial: { plan: null, byPeople: false },
  evolve: (state, event) =>
    event.type === 'plan-published.v1'
      ? { plan: event.data.plan, byPeople: event.data.by.kind !== 'system' }
      : state,
  decide,
};

/** Whether two entries mean the same, in whatever words. */
function saysTheSame(one: JsonObject, other: JsonObject): boolean {
  return meaningOf(one) === meaningOf(other);
}

function meaningOf(entry: JsonObject): string {
  const parsed = parsePlan(entry);
  return JSON.stringify(parsed.ok ? parsed.value : entry);
}
