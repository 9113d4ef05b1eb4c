import { publicEvents } from '@countersign/contracts';
import type { Publication } from '@countersign/message-bus';
import { publishAs } from '@countersign/service';

/** Stored events of the trail to public ones, one to one; they are on no topic. */
export const auditPublications: readonly Publication[] = [
  publishAs(publicEvents['audit.read'], 'audit-read.v1'),
  publishAs(publicEvents['audit.refusals'], 'audit-refusals.v1'),
  publishAs(publicEvents['retention.keys_destroyed'], 'retention-keys-destroyed.v1'),
];
