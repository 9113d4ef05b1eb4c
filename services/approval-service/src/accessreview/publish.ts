import { publicEvents } from '@countersign/contracts';
import type { Publication } from '@countersign/message-bus';
import { publishAs } from '@countersign/service';

/** Stored events of an access review to public ones, one to one. */
export const accessReviewPublications: readonly Publication[] = [
  publishAs(publicEvents['accessreview.set'], 'access-review-set.v1'),
];
