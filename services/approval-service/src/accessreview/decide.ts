import { isDeepStrictEqual } from 'node:util';
import { type Decider, reject } from '@countersign/event-sourcing';
import type { Review } from '../accessrequest/events.ts';
import type { AccessReviewSet } from './events.ts';

/** Says who answers requests for access to one thing. */
export interface SetAccessReview {
  readonly data: AccessReviewSet['data'];
  /**
   * What is known to be set here, as which one, without those of its approvers who were removed since; null for nothing.
   * Set again, a review names who has their ids now.
   */
  readonly left: AccessReview;
  /** Whether who sets it administers for a time or by delegation. */
  readonly isGuest: boolean;
}

/** What is set, as which one; null for nothing. */
export type AccessReview = { readonly review: Review; readonly sequence: number } | null;

/** The last one that was set holds; the same again changes nothing. */
export const accessReview: Decider<AccessReview, SetAccessReview, AccessReviewSet, 'forbidden'> = {
  initial: null,
  evolve(state, { type, data }) {
    if (type !== 'access-review-set.v1') return state;
    return { review: reviewOf(data), sequence: (state?.sequence ?? 0) + 1 };
  },
  decide({ data, left, isGuest }, state) {
    // Another may have been set since it was looked at: nobody whom that names was removed before.
    const before = (left?.sequence === state?.sequence ? left : state)?.review;
    // What a review lets in outlasts who set it, so it is for who administers by a right of their own that has no end.
    if (isGuest && opensMore(data, before))
      return reject(
        'forbidden',
        'who administers for a time or by delegation lets nobody else answer, and nobody in unasked',
      );
    const isSame = [state?.review, before].every((one) => isDeepStrictEqual(one, reviewOf(data)));
    if (isSame) return [];
    return [{ type: 'access-review-set.v1', data }];
  },
};

function reviewOf({ on_request, approvers, timeout_hours }: Review): Review {
  return { on_request, approvers, timeout_hours };
}

/** What is set above counts for nothing: it lets in and lets answer only whom the list here does not name. */
function opensMore(review: Review, before: Review | undefined): boolean {
  if (review.on_request === 'approve' && before?.on_request !== 'approve') return true;
  return review.approvers.some((approver) => !before?.approvers.includes(approver));
}
