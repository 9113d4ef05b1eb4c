import { publicEvents } from '@countersign/contracts';
import type { Publication } from '@countersign/message-bus';
import { publishAs } from '@countersign/service';

/** Stored events of an organization to public ones, one to one. */
export const organizationPublications: readonly Publication[] = [
  publishAs(publicEvents['organization.created'], 'organization-created.v1'),
  publishAs(publicEvents['organization.plan_changed'], 'organization-plan-changed.v1'),
];
