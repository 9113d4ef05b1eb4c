import { z } from 'zod';
import { closed } from '../closed.ts';
import { jsonObject } from '../json.ts';
import { MAX_APPROVERS } from '../limits.ts';
import { principal } from '../vocabulary/principal.ts';
import { code, digest, id, milliseconds, timestamp, uuid } from '../vocabulary/scalars.ts';
import { reasoningText, reasonText } from '../vocabulary/text.ts';
import { approver, policySet, reason } from '../vocabulary/verdict.ts';
import { type DataOf, eventsOf } from './define-event.ts';

const defineEvent = eventsOf({
  topic: 'agent.approval',
  category: 'approval',
  service: 'approval-service',
});

/** How many distinct people must agree, and how many have. */
export const quorum = closed({
  needed: z.int().min(1).max(MAX_APPROVERS),
  given: z.int().min(0).max(MAX_APPROVERS),
}).meta({ id: 'Quorum' });

/** The question: the first event of every approval. `timeout_ms` runs from it. */
export const approvalRequested = defineEvent({
  type: 'agent.approval.requested',
  description:
    'A human is asked. The answer is bound to the argument digest, the tool definition, the people named here and the expiry. user_response and response_time_ms are always null: the answer is an event of its own.',
  data: {
    tool_call_id: uuid,
    tool: id,
    arguments_digest: digest,
    tool_definition_hash: digest,
    intent_id: id
      .nullable()
      .optional()
      .describe('the work intent that the call names, or a label that is none'),
    agent_id: id,
    user_id: id,
    agent_owner: id,
    requested_by: principal,
    policy_set: policySet,
    reasons: z.array(reason),
    risks: z.array(code).describe('codes of what makes the call risky, highest first'),
    approvers: z.array(approver).min(1).max(MAX_APPROVERS),
    quorum,
    timeout_ms: milliseconds,
    expires_at: timestamp,
    user_response: z.null(),
    response_time_ms: z.null(),
  },
  erasable: { arguments: jsonObject, reason: reasonText, reasoning: reasoningText.nullable() },
});

/** One answer of one person; what it comes to is an event of its own. */
export const approvalVoted = defineEvent({
  type: 'agent.approval.voted',
  description: 'One person approved or denied. One deny ends the approval; approvals count up to the quorum.',
  data: {
    tool_call_id: uuid,
    by: principal,
    decision: z.enum(['approve', 'deny']),
    arguments_digest: digest,
  },
  erasable: { reason: reasonText },
});

const ended = {
  tool_call_id: uuid,
  tool: id,
  approvers: z.array(id).describe('users who approved, in the order of their votes'),
};

/** Enough people said yes. `response_time_ms` from the question on. */
export const approvalGranted = defineEvent({
  type: 'agent.approval.granted',
  description: 'The quorum is reached. The call is evaluated once more before it is released.',
  data: { ...ended, user_response: z.literal('approved'), response_time_ms: milliseconds },
  erasable: { reason: reasonText },
});

/** One person said no, which is enough. */
export const approvalDenied = defineEvent({
  type: 'agent.approval.denied',
  description: 'Somebody said no.',
  data: { ...ended, by: principal, user_response: z.literal('denied'), response_time_ms: milliseconds },
  erasable: { reason: reasonText },
});

/** The time was over before the quorum was reached. */
export const approvalExpired = defineEvent({
  type: 'agent.approval.expired',
  description: 'Nobody answered in time, which is a no.',
  data: { ...ended, user_response: z.null(), response_time_ms: z.null() },
});

/** What was asked may not happen any more, whatever anybody says. */
export const approvalVoided = defineEvent({
  type: 'agent.approval.voided',
  description:
    'The question no longer stands: a kill switch, a changed tool, a disabled agent or a revoked right.',
  data: { ...ended, cause: code, user_response: z.null(), response_time_ms: z.null() },
});

/** The clear data of `agent.approval.requested`. */
export type ApprovalRequested = DataOf<typeof approvalRequested>;
/** The clear data of `agent.approval.voted`. */
export type ApprovalVoted = DataOf<typeof approvalVoted>;
/** The clear data of `agent.approval.granted`. */
export type ApprovalGranted = DataOf<typeof approvalGranted>;
/** The clear data of `agent.approval.denied`. */
export type ApprovalDenied = DataOf<typeof approvalDenied>;
/** The clear data of `agent.approval.expired`. */
export type ApprovalExpired = DataOf<typeof approvalExpired>;
/** The clear data of `agent.approval.voided`. */
export type ApprovalVoided = DataOf<typeof approvalVoided>;
