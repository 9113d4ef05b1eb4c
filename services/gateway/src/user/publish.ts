import { publicEvents } from '@countersign/contracts';
import type { Publication } from '@countersign/message-bus';
import { publishAs } from '@countersign/service';

/** Stored events of a user to public ones, one to one. */
export const userPublications: readonly Publication[] = [
  publishAs(publicEvents['user.registered'], 'user-registered.v1'),
  publishAs(publicEvents['user.changed'], 'user-changed.v1'),
  publishAs(publicEvents['user.removed'], 'user-removed.v1'),
];
