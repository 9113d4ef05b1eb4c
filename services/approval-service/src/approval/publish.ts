import { publicEvents } from '@countersign/contracts';
import type { Publication } from '@countersign/message-bus';
import { publishAs } from '@countersign/service';

/** Stored events of an approval to public ones, one to one. */
export const approvalPublications: readonly Publication[] = [
  publishAs(publicEvents['agent.approval.requested'], 'approval-requested.v1'),
  publishAs(publicEvents['agent.approval.voted'], 'approval-voted.v1'),
  publishAs(publicEvents['agent.approval.granted'], 'approval-granted.v1'),
  publishAs(publicEvents['agent.approval.denied'], 'approval-denied.v1'),
  publishAs(publicEvents['agent.approval.expired'], 'approval-expired.v1'),
  publishAs(publicEvents['agent.approval.voided'], 'approval-voided.v1'),
];
