import { publicEvents } from '@countersign/contracts';
import type { Publication } from '@countersign/message-bus';
import { publishAs } from '@countersign/service';

export const accessReviewPublications: readonly Publication[] = [
  publishAs(publicEvents['accessreview.set'], 'access-review-set.v1'),
];
