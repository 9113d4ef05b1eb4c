import type { DomainEvent } from '@countersign/event-sourcing';
import type { Actor } from '../plan/events.ts';

/** Where a catalog comes from: what is built in, the server's settings, or their names of another product. */
export type PlanCatalogSource = 'defaults' | 'env' | 'aliases';

/** What the settings of a start make of the plans. */
export type PlanCatalogApplied = DomainEvent<
  'plan-catalog-applied.v1',
  {
    readonly source: PlanCatalogSource;
    readonly default_plan: string;
    /** Slugs, sorted; what each says, its own stream says. */
    readonly plans: readonly string[];
    /** Of the plans as they are written and of the default one. */
    readonly hash: string;
    readonly by: Actor;
  }
>;

/** Everything that the stream of the plan catalog holds. */
export type PlanCatalogEvent = PlanCatalogApplied;
