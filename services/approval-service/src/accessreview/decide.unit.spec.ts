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
  ...{ left: { review: BEFORE, sequence: 1 }, isGuest: false },
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

  it('is set again where somebody whom it names was removed, not by who administers for a time', () => {
    const left = { review: { ...BEFORE, approvers: [] }, sequence: 1 };
    spec(accessReview).given(present).when(setting({}, { left })).then(present);
    spec(accessReview)
      .given(present)
      .when(setting({}, { left, isGuest: true }))
      .thenRejected('forbidden');
    const without = setting({ approvers: [] }, { left, isGuest: true });
    spec(accessReview).given(present).when(without).then(event(without));
  });

  it('lets in what the one lets in that is set now, whatever was set when it was looked at', () => {
    const approving: Review = { on_request: 'approve', approvers: ['user:olga', 'nina'], timeout_hours: 4 };
    const left = { review: approving, sequence: 1 };
    const given = [event(setting(approving)), event(setting({ on_request: 'deny', approvers: [] }))];
    for (const review of [{ on_request: 'approve', approvers: [] }, { approvers: ['nina'] }] as const)
      spec(accessReview)
        .given(...given)
        .when(setting(review, { left, isGuest: true }))
        .thenRejected('forbidden');
    spec(accessReview)
      .given(...given)
      .when(setting(approving, { left }))
      .then(event(setting(approving)));
  });

  it('that is the first one here lets in nobody but by who administers for good, whatever is set above', () => {
    for (const review of [{ on_request: 'approve', approvers: [] }, { approvers: ['nina'] }] as const)
      spec(accessReview)
        .given()
        .when(setting(review, { left: null, isGuest: true }))
        .thenRejected('forbidden');
    const deny = setting({ on_request: 'deny', approvers: [] }, { left: null, isGuest: true });
    spec(accessReview).given().when(deny).then(event(deny));
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
