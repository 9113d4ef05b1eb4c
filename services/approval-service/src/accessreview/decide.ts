import { isDeepStrictEqual } from 'node:util';
import type { Decider } from '@countersign/event-sourcing';
import type { Review } from '../accessrequest/events.ts';
import type { AccessReviewSet } from './events.ts';

/** Says who answers requests for access to one thing. */
export interface SetReview {
  readonly data: AccessReviewSet['data'];
}

/** What is set; null for nothing. */
export type AccessReview = Review | null;

/** The last one that was set holds; the same again changes nothing. */
export const accessReview: Decider<AccessReview, SetReview, AccessReviewSet, never> = {
  initial: null,
  evolve(state, { type, data }) {
    if (type !== 'access-review-set.v1') return state;
    const { on_request, approvers, timeout_hours } = data;
    return { on_request, approvers, timeout_hours };
  },
  decide({ data }, state) {
    const { on_request, approvers, timeout_hours } = data;
    if (isDeepStrictEqual(state, { on_request, approvers, timeout_hours })) return [];
    return [{ type: 'access-review-set.v1', data }];
  },
};
