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

/** What was last published; `meaning` is the same for entries that say the same in other words. */
export interface PublishedPlan {
  readonly meaning: string | null;
  /** Published by a person, not by a start. */
  readonly byPeople: boolean;
}

function decide(command: PublishPlan, { meaning, byPeople }: PublishedPlan): readonly PlanEvent[] {
  const { slug, plan, by, yieldsToPeople } = command;
  // Who publishes what a start has published makes it theirs: it stays when the settings change.
  const isTheirs = byPeople || by.kind === 'system';
  if ((yieldsToPeople && byPeople) || (isTheirs && meaning === meaningOf(plan))) return [];
  return [{ type: 'plan-published.v1', data: { slug, plan, by } }];
}

export const plan: Decider<PublishedPlan, PublishPlan, PlanEvent> = {
  initial: { meaning: null, byPeople: false },
  evolve: (state, event) =>
    event.type === 'plan-published.v1'
      ? { meaning: meaningOf(event.data.plan), byPeople: event.data.by.kind !== 'system' }
      : state,
  decide,
};

function meaningOf(entry: JsonObject): string {
  const parsed = parsePlan(entry);
  return JSON.stringify(parsed.ok ? parsed.value : entry);
}
