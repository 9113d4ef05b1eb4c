import type { Personal } from '@countersign/event-sourcing';
import { alwaysIdempotent, spec } from '@countersign/event-sourcing/testing';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { type ApprovalCommand, approval, type Vote } from './decide.ts';
import type { ApprovalEvent, ApprovalRequested } from './events.ts';

const personal: Personal = { subject: 'alice', retention: 'standard', disclosures: [] };
const ended = { tool_call_id: 'c1', tool: 'delete_file' };

const question = (needed: number): ApprovalRequested => ({
  type: 'approval-requested.v1',
  data: {
    ...ended,
    arguments_digest: 'digest',
    tool_definition_hash: 'hash',
    agent_id: 'agent',
    user_id: 'alice',
    agent_owner: 'alice',
    requested_by: { kind: 'agent', id: 'agent' },
    policy_set: 'set',
    reasons: [],
    risks: [],
    approvers: ['role:operator'],
    quorum: { needed, given: 0 },
    timeout_ms: 60_000,
    expires_at: '2026-11-21T10:01:00.000Z',
    user_response: null,
    response_time_ms: null,
  },
  personal,
});

const vote = (by: string, decision: 'approve' | 'deny' = 'approve', change: Partial<Vote> = {}): Vote => ({
  kind: 'vote',
  by: { kind: 'user', id: by },
  decision,
  argumentsDigest: 'digest',
  time: '2026-11-21T10:00:10.000Z',
  personal: { vote: personal, end: personal },
  ...change,
});

const voted = (by: string, decision: 'approve' | 'deny' = 'approve'): ApprovalEvent => ({
  type: 'approval-voted.v1',
  data: { tool_call_id: 'c1', by: { kind: 'user', id: by }, decision, arguments_digest: 'digest' },
  personal,
});

const granted = (...approvers: string[]): ApprovalEvent => ({
  type: 'approval-granted.v1',
  data: { ...ended, approvers, user_response: 'approved', response_time_ms: 10_000 },
  personal,
});

const expired: ApprovalEvent = {
  type: 'approval-expired.v1',
  data: { ...ended, approvers: [], user_response: null, response_time_ms: null },
};

describe('an approval', () => {
  it('is asked once', () => {
    const { data } = question(1);
    spec(approval).given().when({ kind: 'request', question: data, personal }).then(question(1));
    spec(approval).given(question(1)).when({ kind: 'request', question: data, personal }).thenNothing();
  });

  it('is granted by one person where one is enough', () => {
    spec(approval).given(question(1)).when(vote('bob')).then(voted('bob'), granted('bob'));
  });

  it('waits for a quorum of distinct people', () => {
    spec(approval).given(question(2)).when(vote('bob')).then(voted('bob'));
    spec(approval).given(question(2), voted('bob')).when(vote('bob')).thenRejected('already_decided');
    spec(approval)
      .given(question(2), voted('bob'))
      .when(vote('carol'))
      .then(voted('carol'), granted('bob', 'carol'));
  });

  it('is ended by one no', () => {
    spec(approval)
      .given(question(2), voted('bob'))
      .when(vote('carol', 'deny'))
      .thenTypes('approval-voted.v1', 'approval-denied.v1');
  });

  it('takes no answer to other arguments, after the end, or from the expiry on', () => {
    spec(approval)
      .given(question(1))
      .when(vote('bob', 'approve', { argumentsDigest: 'other' }))
      .thenRejected('digest_mismatch');
    spec(approval)
      .given(question(1), voted('bob'), granted('bob'))
      .when(vote('carol'))
      .thenRejected('already_decided');
    spec(approval)
      .given(question(1))
      .when(vote('bob', 'approve', { time: '2026-11-21T10:01:00.000Z' }))
      .thenRejected('expired');
    spec(approval).given().when(vote('bob')).thenRejected('not_found');
  });

  it('expires at its time and not before', () => {
    spec(approval)
      .given(question(1))
      .when({ kind: 'expire', time: '2026-11-21T10:00:59.999Z' })
      .thenNothing();
    spec(approval)
      .given(question(1))
      .when({ kind: 'expire', time: '2026-11-21T10:01:00.000Z' })
      .then(expired);
    spec(approval).given(question(1), expired).when(vote('bob')).thenRejected('expired');
  });

  it('is void while it waits, never after a decision', () => {
    spec(approval).given(question(1)).when({ kind: 'void', cause: 'killed' }).thenTypes('approval-voided.v1');
    spec(approval)
      .given(question(1), voted('bob'), granted('bob'))
      .when({ kind: 'void', cause: 'killed' })
      .thenNothing();
  });

  it('measures how long the answer took, from the question on', () => {
    const late = vote('bob', 'deny', { time: '2026-11-21T10:00:59.999Z' });
    spec(approval)
      .given(question(1))
      .when(late)
      .then(voted('bob', 'deny'), {
        type: 'approval-denied.v1',
        data: {
          ...ended,
          approvers: [],
          by: { kind: 'user', id: 'bob' },
          user_response: 'denied',
          response_time_ms: 59_999,
        },
        personal,
      });
  });

  it('is idempotent after any history', () => {
    const times = ['2026-11-21T10:00:10.000Z', '2026-11-21T10:00:59.999Z', '2026-11-21T10:01:00.000Z'];
    alwaysIdempotent(
      approval,
      fc.oneof(
        fc
          .constantFrom(1, 2, 3)
          .map((needed): ApprovalCommand => ({ kind: 'request', question: question(needed).data, personal })),
        fc
          .tuple(
            fc.constantFrom('bob', 'carol', 'dora'),
            fc.constantFrom('approve' as const, 'deny' as const),
            fc.constantFrom(...times),
            fc.constantFrom('digest', 'other'),
          )
          .map(([by, decision, time, argumentsDigest]) => vote(by, decision, { time, argumentsDigest })),
        fc.constantFrom(...times).map((time): ApprovalCommand => ({ kind: 'expire', time })),
        fc.constant<ApprovalCommand>({ kind: 'void', cause: 'killed' }),
      ),
    );
  });
});
