import type { PlanCatalog } from '@countersign/directory';
import { currentPosition, type EventStore } from '@countersign/event-store';
import type { Following } from '@countersign/service';

/** Whether there is a plan. It may have been published a moment ago, in a process of another service. */
export function createPlanExists(
  plans: Pick<PlanCatalog, 'has'>,
  control: Pick<Following, 'reached'>,
  store: Pick<EventStore, 'acceptedPosition' | 'readPage'>,
): (slug: string) => Promise<boolean> {
  return async (slug) => {
    if (!plans.has(slug)) await control.reached(await currentPosition(store));
    return plans.has(slug);
  };
}
