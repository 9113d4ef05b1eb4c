import { actor } from '../vocabulary/principal.ts';
import { id } from '../vocabulary/scalars.ts';
import { anchorDay, timeZone } from '../vocabulary/time-zone.ts';
import { type DataOf, eventsOf } from './define-event.ts';

const defineEvent = eventsOf({ topic: 'agent.control', category: 'organization', service: 'gateway' });

export const organizationCreated = defineEvent({
  type: 'organization.created',
  description: 'An organization exists, with one workspace and one project, both `default`.',
  data: { organization_id: id, plan: id, zone: timeZone, anchor_day: anchorDay, by: actor },
});

export const organizationPlanChanged = defineEvent({
  type: 'organization.plan_changed',
  description: 'The organization is on another plan from its next call on.',
  data: { organization_id: id, plan: id, previous: id, by: actor },
});

export type OrganizationCreated = DataOf<typeof organizationCreated>;
export type OrganizationPlanChanged = DataOf<typeof organizationPlanChanged>;
