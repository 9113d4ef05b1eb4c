import type { KillSwitchEngaged, PlanPublished } from '@countersign/contracts';
import type { Message } from '@countersign/message-bus';

/** Whose calls something reaches: those of one organization, of all (`null`), or of all that are on a plan. */
export type Reach = string | null | { readonly plan: string };

/** Whose calls a control event can fell. */
export function reachOf(message: Message): Reach {
  switch (message.type) {
    case 'role.catalog.applied':
    case 'plan.catalog.applied':
      return null;
    case 'plan.published':
      return { plan: (message.data as unknown as PlanPublished).slug };
    case 'killswitch.engaged':
    case 'killswitch.effective': {
      const { scope, target } = message.data as unknown as KillSwitchEngaged;
      if (scope === 'all') return null;
      return scope === 'organization' ? target : message.organization;
    }
    default:
      return message.organization;
  }
}
