import { z } from 'zod';
import { closed } from '../closed.ts';
import type { Immutable } from '../immutable.ts';
import { facts } from '../vocabulary/facts.ts';
import { code, digest, id, score, uuid } from '../vocabulary/scalars.ts';
import { reasonText } from '../vocabulary/text.ts';
import { obligations, policySet, reason, verdict } from '../vocabulary/verdict.ts';
import { type DataOf, eventsOf } from './define-event.ts';

const defineEvent = eventsOf({
  topic: 'agent.evaluation',
  category: 'evaluation',
  service: 'policy-engine',
});

/** What one rule said. `fired` is false where its condition did not hold, or where it failed: then `error` has a code. */
export const ruleResult = closed({
  policy: id,
  rule: id,
  fired: z.boolean(),
  error: code.nullable(),
}).meta({ id: 'RuleResult' });

/** What a rule in shadow would have wanted. It never changes the verdict. */
export const shadowResult = closed({ ...ruleResult.shape, effect: verdict }).meta({ id: 'ShadowResult' });

/** The verdict with all that it was decided on. `risk_score` 0 to 1000. */
export const toolEvaluated = defineEvent({
  type: 'agent.tool.evaluated',
  description:
    'The verdict on a call: at request, and again at release after a human has granted it. Everything that is needed to run it again is here; the arguments are bound by their digest.',
  data: {
    tool_call_id: uuid,
    phase: z.enum(['request', 'release']),
    verdict,
    reasons: z.array(reason),
    rules: z.array(ruleResult),
    shadow: z.array(shadowResult),
    obligations,
    risk_score: score,
    policy_set: policySet,
    facts,
    arguments_digest: digest,
    tool_definition_hash: digest.nullable(),
  },
  erasable: { personal_facts: closed({ call: closed({ reason: reasonText }) }) },
});

/** What one rule said. */
export type RuleResult = Immutable<z.infer<typeof ruleResult>>;
/** What a rule in shadow would have wanted. It never changes the verdict. */
export type ShadowResult = Immutable<z.infer<typeof shadowResult>>;
/** The clear data of `agent.tool.evaluated`. */
export type ToolEvaluated = DataOf<typeof toolEvaluated>;
