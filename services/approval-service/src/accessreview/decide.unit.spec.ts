import { spec } from '@countersign/event-sourcing/testing';
import { describe, it } from 'vitest';
import type { Review } from '../accessrequest/events.ts';
import { accessReview, type SetAccessReview } from './decide.ts';
import type { AccessReviewSet } from './events.ts';

const BEFORE: Review = { on_request: 'defer', approvers: ['user:olga'], timeout_hours: 4 };
const setting = (review: Partial<Review>, more: Partial<SetAccessReview> = {}): SetAccessReview => ({
  data: {
    ...{ resource: { kind: 'intent', id: 'i1' }, by: { kind: 'agent', id: 'maker' } },
    ...{ ...BEFORE, ...review },
  },
  ...{ before: BEFORE, isGuest: false, stale: null },
  ...more,
});
const event = (command: SetAccessReview): AccessReviewSet => ({
  type: 'access-review-set.v1',
  data: command.data,
});
const present = event(setting({}));

describe('an access review', () => {
  it('is set, and the same again changes nothing', () => {
    spec(accessReview).given().when(setting({})).then(present);
    spec(accessReview).given(present).when(setting({})).thenNothing();
  });

  it('is set again where somebody whom it names was removed', () => {
    spec(accessReview)
      .given(present)
      .when(setting({}, { stale: 1 }))
      .then(present);
  });

  it.each([
    ['lets everybody in', { on_request: 'approve' }],
    ['lets somebody else answer', { approvers: ['user:olga', 'nina'] }],
  ] as const)('%s by nobody who administers for a time or by delegation', (_, review) => {
    spec(accessReview)
      .given(present)
      .when(setting(review, { isGuest: true }))
      .thenRejected('forbidden');
    spec(accessReview)
      .given(present)
      .when(setting(review))
      .then(event(setting(review)));
  });

  it.each([{ on_request: 'deny' }, { approvers: [] }, { timeout_hours: 1 }] as const)(
    'is narrowed by anybody who administers: %o',
    (review) => {
      const command = setting(review, { isGuest: true });
      spec(accessReview).given(present).when(command).then(event(command));
    },
  );
});
