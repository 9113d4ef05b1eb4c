import { publicEvents } from '@countersign/contracts';
import type { Publication } from '@countersign/message-bus';
import { publishAs } from '@countersign/service';

/** Stored events of an invitation to public ones, one to one. */
export const invitationPublications: readonly Publication[] = [
  publishAs(publicEvents['invitation.created'], 'invitation-created.v1'),
  publishAs(publicEvents['invitation.accepted'], 'invitation-accepted.v1'),
  publishAs(publicEvents['invitation.revoked'], 'invitation-revoked.v1'),
  publishAs(publicEvents['invitation.expired'], 'invitation-expired.v1'),
];
