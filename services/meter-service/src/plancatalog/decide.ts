import type { Decider } from '@countersign/event-sourcing';
import type { PlanCatalogApplied, PlanCatalogEvent, PlanCatalogSource } from './events.ts';

/** Puts the plans of a start in force. They were published before. */
export interface ApplyPlanCatalog {
  readonly kind: 'apply';
  readonly catalog: PlanCatalogApplied['data'];
}

/** What was last applied; nothing before anything was. */
export interface AppliedPlans {
  readonly source: PlanCatalogSource | null;
  readonly hash: string | null;
}

function decide({ catalog }: ApplyPlanCatalog, applied: AppliedPlans): readonly PlanCatalogEvent[] {
  if (applied.hash === catalog.hash && applied.source === catalog.source) return [];
  return [{ type: 'plan-catalog-applied.v1', data: catalog }];
}

/** The same plans from the same source change nothing. */
export const planCatalog: Decider<AppliedPlans, ApplyPlanCatalog, PlanCatalogEvent> = {
  initial: { source: null, hash: null },
  evolve: (state, event) =>
    event.type === 'plan-catalog-applied.v1' ? { source: event.data.source, hash: event.data.hash } : state,
  decide,
};
