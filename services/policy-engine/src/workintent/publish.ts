import { publicEvents } from '@countersign/contracts';
import type { Publication } from '@countersign/message-bus';
import { publishAs } from '@countersign/service';

/** Stored events of a work intent to public ones, one to one. */
export const workIntentPublications: readonly Publication[] = [
  publishAs(publicEvents['workintent.created'], 'work-intent-created.v1'),
  publishAs(publicEvents['workintent.state_changed'], 'work-intent-state-changed.v1'),
  publishAs(publicEvents['workintent.status_changed'], 'work-intent-status-changed.v1'),
  publishAs(publicEvents['workintent.event_logged'], 'work-intent-event-logged.v1'),
  publishAs(publicEvents['workintent.context_set'], 'work-intent-context-set.v1'),
  publishAs(publicEvents['workintent.governance_set'], 'work-intent-governance-set.v1'),
  publishAs(publicEvents['workintent.governance_violated'], 'work-intent-governance-violated.v1'),
  publishAs(publicEvents['workintent.approval_requested'], 'work-intent-approval-requested.v1'),
  publishAs(publicEvents['workintent.approval_granted'], 'work-intent-approval-granted.v1'),
  publishAs(publicEvents['workintent.approval_denied'], 'work-intent-approval-denied.v1'),
  publishAs(publicEvents['workintent.cost_recorded'], 'work-intent-cost-recorded.v1'),
  publishAs(publicEvents['workintent.lease_acquired'], 'work-intent-lease-acquired.v1'),
  publishAs(publicEvents['workintent.lease_renewed'], 'work-intent-lease-renewed.v1'),
  publishAs(publicEvents['workintent.lease_ended'], 'work-intent-lease-ended.v1'),
];
