import { z } from 'zod';
import { closed } from '../closed.ts';
import { erased } from '../envelope.ts';
import type { Immutable } from '../immutable.ts';
import { jsonObject } from '../json.ts';
import { orErased } from '../vocabulary/erasable.ts';
import { governancePolicy, intentApprovalStates, label } from '../vocabulary/governance.ts';
import { count, id, uuid } from '../vocabulary/scalars.ts';
import { reasonText } from '../vocabulary/text.ts';
import { claimed, ifMatch, openIntentTime, whoHas } from './openintent.ts';
import { limit, offset } from './query.ts';
import { defineRoute } from './route.ts';
import { workIntent } from './work-intents.ts';

const governance = z
  .object({
    intent_id: uuid,
    governance_policy: governancePolicy.describe('what was set; empty where nothing was'),
    effective_policy: governancePolicy.required().describe('what holds, with what was left out'),
  })
  .meta({ id: 'IntentGovernance' });

const approval = z
  .object({
    id: uuid,
    intent_id: uuid,
    requested_by: id,
    action: label,
    reason: orErased(z.string()),
    context: z.union([jsonObject, erased]),
    status: z.enum(intentApprovalStates),
    created_at: openIntentTime,
    decided_by: id.nullable(),
    decided_at: openIntentTime.nullable(),
  })
  .meta({ id: 'IntentApproval' });

const approvalRequest = closed({
  action: label.describe('what is to be approved, by name: `complete` for completing the work intent'),
  reason: z.union([reasonText, z.literal('')]).default(''),
  context: jsonObject.default({}),
  requested_by: claimed,
}).meta({ id: 'IntentApprovalRequest' });

const cost = z
  .object({
    id: uuid,
    intent_id: uuid,
    agent_id: id,
    cost_type: label,
    amount: count,
    unit: label,
    provider: label.nullable(),
    metadata: z.union([jsonObject, erased]),
    recorded_at: openIntentTime,
  })
  .meta({ id: 'IntentCost' });

const costRequest = closed({
  cost_type: label.describe('such as tokens, api_call, compute or custom'),
  amount: count.describe('in whole units, so that sums are exact'),
  unit: label,
  provider: label.nullable().default(null),
  metadata: jsonObject.default({}),
  agent_id: claimed,
}).meta({ id: 'IntentCostRequest' });

const place = { service: 'policy-engine', surface: 'openintent' } as const;
const params = closed({ id });
const one = closed({ id, approval: uuid });

const path = '/api/v1/intents/{id}/governance';
/** For everybody who may read the intent: they are bound by it. */
export const getIntentGovernance = defineRoute({
  ...place,
  operationId: 'getIntentGovernance',
  access: whoHas.read,
  method: 'GET',
  path,
  summary: 'Read what governs a work intent',
  description: 'Needs `read` on it.',
  params,
  responses: { 200: governance },
  problems: ['not_found'],
});
/** Ends every approval that was given before. */
export const putIntentGovernance = defineRoute({
  ...place,
  operationId: 'putIntentGovernance',
  access: whoHas.admin,
  method: 'PUT',
  path,
  summary: 'Say what governs a work intent',
  description:
    'Needs `admin` on it. `If-Match` names the version that is changed. Approvals that were given before do not count any more, and leases of those whom it does not let write end.',
  params,
  headers: ifMatch,
  body: governancePolicy,
  invalidBody: 'policy_invalid',
  responses: { 200: workIntent },
  problems: ['not_found', 'version_conflict'],
});
/** What holds by default holds again. */
export const removeIntentGovernance = defineRoute({
  ...place,
  operationId: 'removeIntentGovernance',
  access: whoHas.admin,
  method: 'DELETE',
  path,
  summary: 'Take away what governs a work intent',
  description:
    'Needs `admin` on it. `If-Match` names the version that is changed. Approvals that were given before do not count any more.',
  params,
  headers: ifMatch,
  responses: { 200: workIntent },
  problems: ['not_found', 'version_conflict'],
});

const approvals = '/api/v1/intents/{id}/approvals';
/** Anybody who works on the intent asks; who administers it answers. */
export const requestIntentApproval = defineRoute({
  ...place,
  operationId: 'requestIntentApproval',
  access: whoHas.write,
  method: 'POST',
  path: approvals,
  summary: 'Ask for an approval of something about a work intent',
  description: 'Needs `write` on it. Who asks is whose key it is.',
  params,
  body: approvalRequest,
  responses: { 201: approval },
  problems: ['not_found', 'version_conflict'],
});
/** The newest first. */
export const listIntentApprovals = defineRoute({
  ...place,
  operationId: 'listIntentApprovals',
  access: whoHas.read,
  method: 'GET',
  path: approvals,
  summary: 'List the approvals of a work intent, the newest first',
  description:
    'Needs `read` on it. An answer ends before `limit` where approvals are large: go on with `offset` plus as many as have come, until none comes.',
  params,
  query: closed({ limit, offset, status: z.enum(intentApprovalStates).optional() }),
  responses: { 200: z.object({ approvals: z.array(approval) }) },
  problems: ['not_found'],
});
/** How it stands. */
export const getIntentApproval = defineRoute({
  ...place,
  operationId: 'getIntentApproval',
  access: whoHas.read,
  method: 'GET',
  path: `${approvals}/{approval}`,
  summary: 'Read an approval of a work intent',
  description: 'Needs `read` on it.',
  params: one,
  responses: { 200: approval },
  problems: ['not_found'],
});
const deciding = {
  ...place,
  access: `${whoHas.admin}, never who asked, their owner or an agent of theirs`,
  method: 'POST',
  params: one,
  responses: { 200: approval },
  problems: ['not_found', 'self_approval', 'already_decided', 'version_conflict'],
} as const;
/** Counts while who gave it administers the intent, and until its policy changes, or for completing its state. */
export const approveIntentApproval = defineRoute({
  ...deciding,
  operationId: 'approveIntentApproval',
  path: `${approvals}/{approval}/approve`,
  summary: 'Say yes to what was asked about a work intent',
  description:
    "Needs `admin` on it; nobody answers their own question, nor their agent's. It counts until the policy changes (for the action `complete`: or the state), and while who gave it has the right by which they gave it.",
});
/** For good. */
export const denyIntentApproval = defineRoute({
  ...deciding,
  operationId: 'denyIntentApproval',
  path: `${approvals}/{approval}/deny`,
  summary: 'Say no to what was asked about a work intent',
  description: "Needs `admin` on it; nobody answers their own question, nor their agent's.",
});

const costs = '/api/v1/intents/{id}/costs';
/** What `max_cost` bounds. */
export const recordIntentCost = defineRoute({
  ...place,
  operationId: 'recordIntentCost',
  access: whoHas.write,
  method: 'POST',
  path: costs,
  summary: 'Record what a work intent has cost',
  description:
    'Needs `write` on it. Whoever records it has spent it: `agent_id` is whose key it is. Amounts add up whatever their unit is. A work intent takes 10,000 costs at most.',
  params,
  body: costRequest,
  responses: { 201: cost },
  problems: ['not_found', 'version_conflict', 'governance_violation'],
});
/** The sums are of all costs, however many are listed. */
export const listIntentCosts = defineRoute({
  ...place,
  operationId: 'listIntentCosts',
  access: whoHas.read,
  method: 'GET',
  path: costs,
  summary: 'Read what a work intent has cost, the newest first',
  description:
    'Needs `read` on it. The sums are of all. An answer ends before `limit` where costs are large: go on with `offset` plus as many as have come, until none comes.',
  params,
  query: closed({ limit, offset }),
  responses: {
    200: z.object({
      costs: z.array(cost),
      summary: z.object({
        total: count,
        by_type: z.record(label, count),
        by_agent: z.record(id, count),
      }),
    }),
  },
  problems: ['not_found'],
});

/** An approval of something about a work intent, in OpenIntent's shape. */
export type IntentApproval = Immutable<z.output<typeof approval>>;
/** Something that a work intent has cost, in OpenIntent's shape. */
export type IntentCost = Immutable<z.output<typeof cost>>;
