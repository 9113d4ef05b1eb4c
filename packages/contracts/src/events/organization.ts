import { actor } from '../vocabulary/principal.ts';
import { id } from '../vocabulary/scalars.ts';
import { anchorDay, timeZone } from '../vocabulary/time-zone.ts';
import { type DataOf, eventsOf } from './define-event.ts';

const defineEvent = eventsOf({ topic: 'agent.control', category: 'organization', service: 'gateway' });

/** The first event of every organization. `zone` (IANA) and `anchor_day` (1-31) set its metering periods. */
export const organizationCreated = defineEvent({
  type: 'organization.created',
  description: 'An organization exists, with one workspace and one project, both `default`.',
  data: { organization_id: id, plan: id, zone: timeZone, anchor_day: anchorDay, by: actor },
});

/** The meters follow: limits of the new plan hold against what was used under the old one. */
export const organizationPlanChanged = defineEvent({
  type: 'organization.plan_changed',
  description: 'The organization is on another plan from its next call on.',
  data: { organization_id: id, plan: id, previous: id, by: actor },
});

/** The clear data of `organization.created`. */
export type OrganizationCreated = DataOf<typeof organizationCreated>;
/** The clear data of `organization.plan_changed`. */
export type OrganizationPlanChanged = DataOf<typeof organizationPlanChanged>;
