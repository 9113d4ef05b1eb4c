import { z } from 'zod';
import { closed } from '../closed.ts';
import { accessLevels } from './acl.ts';
import { planFlags } from './plan.ts';
import { count, id, micros, ratio, score, uuid } from './scalars.ts';
import { approvalLevels, scopePath } from './scope.ts';
import { sensitivities, toolActions, toolPermission } from './tool.ts';

/**
 * The frozen facts of one evaluation, so that it can be run again bit for bit: what a policy sees under `call/1`
 * without arguments (bound by their digest) and without free text (sealed), and what the layers before the policies
 * asked. What is null is not registered, not declared, or could not be computed; a rule that
 * reads it fails.
 */
export const facts = closed({
  schema: z.literal('call/1'),
  tool: closed({
    name: id,
    action: z.enum(toolActions),
    sensitivity: z.enum(sensitivities),
    destructive: z.boolean(),
    requires_approval: z.boolean(),
    environment: id.nullable(),
    cost_micros: micros.nullable(),
  }).nullable(),
  agent: closed({ id, owner: id, project: id }).nullable(),
  user: closed({
    id,
    roles: z.array(id),
    approval_level: z.enum(approvalLevels),
    trust_score: score,
  }).nullable(),
  scope: scopePath,
  call: closed({ session_id: id.nullable(), intent_id: id.nullable(), confidence: ratio.nullable() }),
  ctx: closed({
    first_use: z.boolean(),
    common_tool: z.boolean(),
    repeated_pattern: z.boolean(),
    frequency: count,
    daily_calls: count,
  }),
  checks: closed({
    kill_switches: z.array(uuid).describe('switches in force for this call'),
    agent_enabled: z.boolean(),
    user_delegated: z.boolean(),
    arguments_valid: z.boolean(),
    missing_permissions: z.array(toolPermission),
    missing_flags: z
      .array(z.enum(planFlags))
      .optional()
      .describe("what of the tool's required flags the plan lacks; absent where the tool requires none"),
    access: closed({ intent_id: id, level: z.enum(accessLevels).nullable() })
      .optional()
      .describe(
        'what the agent holds on the work intent that the call names; absent where it names none that there is',
      ),
  }),
  approved_by: z
    .array(closed({ id, roles: z.array(id), may_approve: z.boolean(), groups: z.array(id).optional() }))
    .optional()
    .describe('at release: who granted the call, with the roles and the right that counted of them then'),
}).meta({ id: 'Facts' });
