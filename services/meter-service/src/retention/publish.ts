import { publicEvents } from '@countersign/contracts';
import type { Publication } from '@countersign/message-bus';
import { publishAs } from '@countersign/service';

/** Stored events of an organization's retention to public ones, one to one. */
export const retentionPublications: readonly Publication[] = [
  publishAs(publicEvents['retention.flushed'], 'retention-flushed.v1'),
  publishAs(publicEvents['retention.held'], 'retention-held.v1'),
  publishAs(publicEvents['retention.lifted'], 'retention-lifted.v1'),
];
