import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { REVIEW_ANSWERS } from './permissions.ts';
import { type ReviewFacts, reviewOutcome } from './review.ts';

const NOTHING: ReviewFacts = { denyRule: null, handlers: [], onRequest: null, approvalRequired: false };

describe('what becomes of a request for access', () => {
  it.each([
    [{}, 'defer', 'approver'],
    [{ onRequest: 'approve' }, 'approve', 'on_request'],
    [{ onRequest: 'deny' }, 'deny', 'on_request'],
    [{ onRequest: 'defer' }, 'defer', 'approver'],
    [{ handlers: ['approve'], onRequest: 'deny' }, 'approve', 'handler'],
    [{ handlers: ['deny'], onRequest: 'approve' }, 'deny', 'handler'],
    [{ handlers: ['defer'], onRequest: 'approve' }, 'defer', 'approver'],
    [{ handlers: ['approve', 'defer'], onRequest: 'approve' }, 'defer', 'approver'],
    [{ handlers: ['approve', 'deny', 'defer'] }, 'deny', 'handler'],
    [{ denyRule: 'killed', handlers: ['approve'], onRequest: 'approve' }, 'deny', 'deny_rule'],
    [{ approvalRequired: true, onRequest: 'approve' }, 'defer', 'approver'],
    [{ approvalRequired: true, handlers: ['approve'] }, 'defer', 'approver'],
    [{ approvalRequired: true, onRequest: 'deny' }, 'deny', 'on_request'],
  ] as const)('O-GOV-7: %j: %s, decided by %s', (facts, answer, by) => {
    expect(reviewOutcome({ ...NOTHING, ...facts })).toEqual({ answer, by });
  });

  it('is never yes against a deny rule, a handler that does not approve, or a required approval', () => {
    const answer = fc.constantFrom(...REVIEW_ANSWERS);
    const facts = fc.record({
      denyRule: fc.option(fc.constant('killed')),
      handlers: fc.array(answer, { maxLength: 4 }),
      onRequest: fc.option(answer),
      approvalRequired: fc.boolean(),
    });
    fc.assert(
      fc.property(facts, (given) => {
        if (reviewOutcome(given).answer !== 'approve') return;
        expect(given.denyRule).toBeNull();
        expect(given.approvalRequired).toBe(false);
        expect(given.handlers.filter((one) => one !== 'approve')).toEqual([]);
        expect(given.handlers.length > 0 || given.onRequest === 'approve').toBe(true);
      }),
    );
  });
});
