import { z } from 'zod';
import { planEntry } from '../vocabulary/plan.ts';
import { actor } from '../vocabulary/principal.ts';
import { controlsSources } from '../vocabulary/role.ts';
import { id, policyDigest } from '../vocabulary/scalars.ts';
import { type DataOf, eventsOf } from './define-event.ts';

const defineEvent = eventsOf({ topic: 'agent.control', category: 'plan', service: 'meter-service' });

/** A plan as it was written; written at start from the settings, too, by `system`. */
export const planPublished = defineEvent({
  type: 'plan.published',
  description:
    'A plan as it is from here on, whole. It holds from the next call of every organization on it.',
  data: { slug: id, plan: planEntry, by: actor },
});

const defineCatalogEvent = eventsOf({
  topic: 'agent.control',
  category: 'plancatalog',
  service: 'meter-service',
});

/** What the settings of a start make of the plans. The same catalog again is not written. */
export const planCatalogApplied = defineCatalogEvent({
  type: 'plan.catalog.applied',
  description:
    'The plans that are in force from here on, beside those that people publish: an organization on any other is refused. What each says, its last `plan.published` says.',
  data: {
    source: z.enum(controlsSources),
    default_plan: id,
    plans: z.array(id),
    hash: policyDigest,
    by: actor,
  },
});

/** The clear data of `plan.published`. */
export type PlanPublished = DataOf<typeof planPublished>;
/** The clear data of `plan.catalog.applied`. */
export type PlanCatalogApplied = DataOf<typeof planCatalogApplied>;
