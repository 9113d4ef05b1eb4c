import { publicEvents } from '@countersign/contracts';
import type { Publication } from '@countersign/message-bus';
import { publishAs } from '@countersign/service';

/** Stored events of a group to public ones, one to one. */
export const groupPublications: readonly Publication[] = [
  publishAs(publicEvents['group.registered'], 'group-registered.v1'),
  publishAs(publicEvents['group.changed'], 'group-changed.v1'),
  publishAs(publicEvents['group.removed'], 'group-removed.v1'),
];
