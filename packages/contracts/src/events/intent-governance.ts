import { z } from 'zod';
import { jsonObject } from '../json.ts';
import { MAX_MESSAGE_CHARS } from '../limits.ts';
import { governancePolicy, governanceRules, label } from '../vocabulary/governance.ts';
import { actor } from '../vocabulary/principal.ts';
import { count, uuid } from '../vocabulary/scalars.ts';
import { reasonText } from '../vocabulary/text.ts';
import { type DataOf, eventsOf } from './define-event.ts';

const defineEvent = eventsOf({ topic: 'agent.control', category: 'workintent', service: 'policy-engine' });

/** What was said before does not hold any more, and approvals that rest on it do not count. */
export const intentGovernanceSet = defineEvent({
  type: 'workintent.governance_set',
  description:
    'A work intent is governed by another policy, or by none. Approvals that were given before do not count any more.',
  data: {
    intent_id: uuid,
    version: z.int().min(1),
    policy: governancePolicy.nullable().describe('null where it was taken away'),
    by: actor,
  },
});

/** A refusal, so that it stands in the history of what was refused. */
export const intentGovernanceViolated = defineEvent({
  type: 'workintent.governance_violated',
  description:
    'Somebody tried what the governance policy of a work intent does not allow; nothing was changed.',
  data: {
    intent_id: uuid,
    rule: z.enum(governanceRules),
    detail: z.string().max(MAX_MESSAGE_CHARS).describe("Countersign's own words"),
    by: actor,
  },
});

/** Who administers the work intent answers. */
export const intentApprovalRequested = defineEvent({
  type: 'workintent.approval_requested',
  description: 'Somebody asked for an approval of something about a work intent.',
  data: { intent_id: uuid, approval_id: uuid, action: label, by: actor },
  erasable: { reason: z.union([reasonText, z.literal('')]), context: jsonObject },
});

const decided = { intent_id: uuid, approval_id: uuid, action: label, requested_by: actor, by: actor };

/** Counts until the policy changes, while who gave it has the right by which they gave it. */
export const intentApprovalGranted = defineEvent({
  type: 'workintent.approval_granted',
  description: 'Somebody who administers a work intent approved what another had asked about it.',
  data: decided,
});

/** For good. */
export const intentApprovalDenied = defineEvent({
  type: 'workintent.approval_denied',
  description: 'Somebody who administers a work intent refused what another had asked about it.',
  data: decided,
});

/** Reported by who spent it. */
export const intentCostRecorded = defineEvent({
  type: 'workintent.cost_recorded',
  description: 'Something was spent on a work intent, in whole units of what it names.',
  data: {
    intent_id: uuid,
    cost_id: uuid,
    cost_type: label,
    amount: count,
    unit: label,
    provider: label.nullable(),
    by: actor,
  },
  erasable: { metadata: jsonObject },
});

/** The clear data of `workintent.governance_set`. */
export type IntentGovernanceSet = DataOf<typeof intentGovernanceSet>;
/** The clear data of `workintent.approval_requested`. */
export type IntentApprovalRequested = DataOf<typeof intentApprovalRequested>;
/** The clear data of `workintent.approval_granted` and `workintent.approval_denied`. */
export type IntentApprovalDecided = DataOf<typeof intentApprovalGranted>;
/** The clear data of `workintent.cost_recorded`. */
export type IntentCostRecorded = DataOf<typeof intentCostRecorded>;
