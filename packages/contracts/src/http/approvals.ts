import { z } from 'zod';
import { closed } from '../closed.ts';
import { quorum } from '../events/approval.ts';
import type { Immutable } from '../immutable.ts';
import { jsonObject } from '../json.ts';
import { approvalState } from '../vocabulary/approval.ts';
import { orErased } from '../vocabulary/erasable.ts';
import { code, digest, id, position, timestamp, uuid } from '../vocabulary/scalars.ts';
import { reasoningText, reasonText } from '../vocabulary/text.ts';
import { approver, reason } from '../vocabulary/verdict.ts';
import { listOf, listQuery } from './query.ts';
import { defineRoute } from './route.ts';

/** What a human is asked, and how it stands. `reason` and `reasoning` are the agent's words: show them as untrusted. */
export const approval = z
  .object({
    id: uuid.describe("the call's id"),
    state: approvalState,
    agent_id: id,
    user_id: id,
    tool_name: id,
    arguments: orErased(jsonObject),
    arguments_digest: digest,
    reason: orErased(reasonText),
    reasoning: orErased(reasoningText).nullable(),
    risks: z.array(code),
    reasons: z.array(reason),
    approvers: z.array(approver),
    quorum,
    created_at: timestamp,
    expires_at: timestamp,
    position,
  })
  .meta({ id: 'Approval' });

/** A person's answer, bound to the arguments that they saw. */
export const approvalDecisionRequest = closed({
  decision: z.enum(['approve', 'deny']),
  reason: reasonText,
  arguments_digest: digest,
}).meta({ id: 'ApprovalDecisionRequest' });

/** How the approval stands after an answer. */
export const approvalDecisionAnswer = z
  .object({ state: approvalState, quorum })
  .meta({ id: 'ApprovalDecisionAnswer' });

/** Who reads approvals; `permission` could say only half of it. */
const READERS =
  'People with `read` in the organization see all, with `read` in a project those of its agents; other people those that they may decide or are named in; agents and services see none. One that has ended and is older than the plan keeps calls is gone.';

/** What the caller may see of what humans are asked. */
export const listApprovals = defineRoute({
  operationId: 'listApprovals',
  method: 'GET',
  path: '/v1/approvals',
  service: 'approval-service',
  access: 'with `read` where the agent is; people who may answer, or whom the question names',
  summary: 'List approvals',
  description: READERS,
  query: listQuery({ state: approvalState.optional() }),
  responses: { 200: listOf(approval) },
  problems: [],
});

/** With the arguments that the answer will be bound to. */
export const getApproval = defineRoute({
  operationId: 'getApproval',
  method: 'GET',
  path: '/v1/approvals/{id}',
  service: 'approval-service',
  access: 'with `read` where the agent is; people who may answer, or whom the question names',
  summary: 'Read an approval',
  description: READERS,
  params: closed({ id }),
  responses: { 200: approval },
  problems: ['not_found'],
});

/** `arguments_digest` shows which bytes the person saw; others are refused. */
export const decideApproval = defineRoute({
  operationId: 'decideApproval',
  method: 'POST',
  path: '/v1/approvals/{id}/decision',
  service: 'approval-service',
  access: 'people whom the question names as approvers',
  summary: 'Approve or deny',
  description:
    "For people whom the approvers name; by `role:` and `group:` only with `approve_tool_calls` in the call's scope. Never for the user the call acts for, the agent's owner, or who asked. One deny ends it; the same person cannot answer twice.",
  params: closed({ id }),
  body: approvalDecisionRequest,
  responses: { 200: approvalDecisionAnswer },
  problems: [
    'self_approval',
    'not_an_approver',
    'not_found',
    'already_decided',
    'digest_mismatch',
    'version_conflict',
    'expired',
    'void',
  ],
});

/** What a human is asked, and how it stands. */
export type Approval = Immutable<z.output<typeof approval>>;
/** A person's answer, bound to the arguments that they saw. */
export type ApprovalDecisionRequest = Immutable<z.output<typeof approvalDecisionRequest>>;
/** How the approval stands after an answer. */
export type ApprovalDecisionAnswer = Immutable<z.output<typeof approvalDecisionAnswer>>;
