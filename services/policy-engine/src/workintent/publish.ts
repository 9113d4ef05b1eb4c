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
];
