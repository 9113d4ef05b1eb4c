import { z } from 'zod';
import { closed } from '../closed.ts';
import { cloudEvent } from '../envelope.ts';
import type { Immutable } from '../immutable.ts';
import { jsonObject } from '../json.ts';
import { MAX_IDEMPOTENCY_KEY_CHARS, MAX_WAIT_MS } from '../limits.ts';
import { approvalState } from '../vocabulary/approval.ts';
import { callStatus } from '../vocabulary/call.ts';
import { orErased } from '../vocabulary/erasable.ts';
import { digest, id, micros, position, ratio, score, timestamp, uuid } from '../vocabulary/scalars.ts';
import { reasoningText, reasonText } from '../vocabulary/text.ts';
import { obligations, policySet, reason, verdict } from '../vocabulary/verdict.ts';
import { outcomeView } from './outcome.ts';
import { listOf, listQuery, waitMs } from './query.ts';
import { defineRoute } from './route.ts';

/** What an agent wants to do. */
export const toolCallRequest = closed({
  agent_id: id,
  tool_name: id,
  arguments: jsonObject,
  reason: reasonText,
  user_id: id.optional(),
  reasoning: reasoningText.optional(),
  confidence: ratio.optional().describe('recorded to three decimal places'),
  session_id: id.optional(),
  intent_id: id.optional(),
  cost_micros: micros.optional(),
  environment: id.optional(),
  redeem: z.boolean().default(false).describe('the caller executes itself, now'),
  wait_ms: z.int().min(0).max(MAX_WAIT_MS).default(0).describe("how long to wait for a human's answer"),
}).meta({ id: 'ToolCallRequest' });

const permit = z
  .object({
    token: z.string().optional().describe('only for the agent and who asked'),
    expires_at: timestamp,
    redeemed: z.boolean(),
  })
  .meta({ id: 'Permit' });

const decided = {
  id: uuid,
  arguments_digest: digest,
  arguments_salt: z
    .string()
    .optional()
    .describe('salt of the arguments disclosure, base64url; with it the caller can check arguments_digest'),
  obligations,
  reasons: z.array(reason),
  policy: policySet.nullable(),
  risk_score: score.nullable(),
  position,
  replayed: z.boolean().describe('true where an earlier request with this key is answered again'),
};

/** The call as it stands after an announcement that was allowed, now or before. */
export const toolCallAllowed = z
  .object({ ...decided, status: callStatus, verdict: z.literal('allow'), permit: permit.nullable() })
  .meta({ id: 'ToolCallAllowed' });

const approvalPointer = z
  .object({
    id: uuid,
    state: approvalState,
    expires_at: timestamp,
  })
  .meta({ id: 'ApprovalPointer' });

/** The call waits for a human. */
export const toolCallAwaiting = z
  .object({
    ...decided,
    status: z.literal('awaiting_approval'),
    verdict: z.literal('require_approval'),
    approval: approvalPointer,
  })
  .meta({ id: 'ToolCallAwaiting' });

/** A call as it stands. */
export const toolCall = z
  .object({
    id: uuid,
    status: callStatus,
    verdict: verdict.nullable().describe('null while evaluating'),
    agent_id: id,
    user_id: id,
    tool_name: id,
    arguments: orErased(jsonObject).optional().describe('only for callers who may read them'),
    arguments_digest: digest,
    reasons: z.array(reason),
    approval: approvalPointer.optional(),
    permit: permit.optional(),
    outcome: outcomeView.optional(),
    created_at: timestamp,
    updated_at: timestamp,
    position,
  })
  .meta({ id: 'ToolCall' });

/** The beginning of every call over HTTP. Durable before it is answered. */
export const announceToolCall = defineRoute({
  operationId: 'announceToolCall',
  method: 'POST',
  path: '/v1/tool-calls',
  service: 'gateway',
  access: 'the agent itself; with `manage_agents` where the agent is',
  summary: 'Announce a tool call and get a verdict',
  description:
    'The caller is the agent itself, or a principal with `manage_agents`. With an `Idempotency-Key` a repeat of the same body answers the call as it stands with `replayed: true`. Who gets `replayed: true` together with `permit.redeemed: true` must not execute unless it knows that it has not. Refusals are recorded and final for their key. `void`: a kill switch took effect while the permit was being used up; do not execute, and report the outcome as not executed.',
  headers: z.object({
    'idempotency-key': z
      .string()
      .max(MAX_IDEMPOTENCY_KEY_CHARS)
      .regex(/^[\x21-\x7e]+$/, 'must be visible ASCII characters, such as a UUID')
      .optional(),
  }),
  body: toolCallRequest,
  responses: { 200: toolCallAllowed, 202: toolCallAwaiting },
  problems: [
    'denied',
    'user_not_delegated',
    'idempotency_conflict',
    'arguments_invalid',
    'over_quota',
    'throttled',
    'undecided',
    'void',
  ],
});

/** A long poll where `wait_ms` (milliseconds) is given. */
export const getToolCall = defineRoute({
  operationId: 'getToolCall',
  method: 'GET',
  path: '/v1/tool-calls/{id}',
  service: 'gateway',
  summary: 'Read a tool call',
  description:
    'With `wait_ms` the answer is held back until the call changes. With `after`, the `position` of what the caller has seen, a change since then is answered at once: without it, one that came between two requests is waited past. Agents and services see their own calls.',
  permission: 'read',
  inProject: true,
  ownCalls: true,
  params: closed({ id }),
  query: closed({
    wait_ms: waitMs,
    after: position.optional().describe('the position up to which the caller knows the call'),
  }),
  responses: { 200: toolCall },
  problems: ['not_found'],
});

/** Those that the plan still keeps. */
export const listToolCalls = defineRoute({
  operationId: 'listToolCalls',
  method: 'GET',
  path: '/v1/tool-calls',
  service: 'gateway',
  summary: 'List tool calls',
  permission: 'read',
  inProject: true,
  ownCalls: true,
  query: listQuery({ status: callStatus.optional(), agent_id: id.optional() }),
  responses: { 200: listOf(toolCall) },
  problems: [],
});

/** The record of one call over all services. */
export const getToolCallTimeline = defineRoute({
  operationId: 'getToolCallTimeline',
  method: 'GET',
  path: '/v1/tool-calls/{id}/timeline',
  service: 'gateway',
  summary: 'Read every event of a call, in ledger order',
  description:
    'Erasable fields are opened for callers with `read_audit` and for who made the call, and sealed for others. Each reading is an event itself.',
  permission: 'read',
  inProject: true,
  ownCalls: true,
  params: closed({ id }),
  responses: { 200: z.object({ items: z.array(cloudEvent) }) },
  problems: ['not_found'],
});

/** What an agent wants to do. */
export type ToolCallRequest = Immutable<z.output<typeof toolCallRequest>>;
/** The call as it stands after an announcement that was allowed, now or before. */
export type ToolCallAllowed = Immutable<z.output<typeof toolCallAllowed>>;
/** The call waits for a human. */
export type ToolCallAwaiting = Immutable<z.output<typeof toolCallAwaiting>>;
/** A call as it stands. */
export type ToolCall = Immutable<z.output<typeof toolCall>>;
