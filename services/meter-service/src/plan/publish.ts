import { publicEvents } from '@countersign/contracts';
import type { Publication } from '@countersign/message-bus';
import { publishAs } from '@countersign/service';

/** Stored events of a plan to public ones, one to one. */
export const planPublications: readonly Publication[] = [
  publishAs(publicEvents['plan.published'], 'plan-published.v1'),
];
