import type { DomainEvent } from '@countersign/event-sourcing';
import type { Actor } from '../toolcall/events.ts';

/** The first event of every organization. */
export type OrganizationCreated = DomainEvent<
  'organization-created.v1',
  {
    readonly organization_id: string;
    readonly plan: string;
    /** IANA zone of its metering periods. */
    readonly zone: string;
    /** Day of month on which monthly periods begin, 1-31. */
    readonly anchor_day: number;
    readonly by: Actor;
  }
>;

type OrganizationPlanChanged = DomainEvent<
  'organization-plan-changed.v1',
  { readonly organization_id: string; readonly plan: string; readonly previous: string; readonly by: Actor }
>;

/** Everything that the stream of an organization holds. */
export type OrganizationEvent = OrganizationCreated | OrganizationPlanChanged;
