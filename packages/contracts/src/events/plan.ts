import { planEntry } from '../vocabulary/plan.ts';
import { actor } from '../vocabulary/principal.ts';
import { id } from '../vocabulary/scalars.ts';
import { type DataOf, eventsOf } from './define-event.ts';

const defineEvent = eventsOf({ topic: 'agent.control', category: 'plan', service: 'meter-service' });

export const planPublished = defineEvent({
  type: 'plan.published',
  description:
    'A plan as it is from here on, whole. It holds from the next call of every organization on it.',
  data: { slug: id, plan: planEntry, by: actor },
});

export type PlanPublished = DataOf<typeof planPublished>;
