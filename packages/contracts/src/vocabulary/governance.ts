import { z } from 'zod';
import { closed } from '../closed.ts';
import { MAX_ALLOWED_AGENTS } from '../limits.ts';
import { id } from './scalars.ts';

/** The rules of a governance policy that a change can break, as OpenIntent names them. */
export const governanceRules = [
  'write_scope',
  'allowed_agents',
  'require_status_reason',
  'completion_mode',
  'max_cost',
] as const;

/** What an approval is for, and what a cost is of: a name, and no text. */
export const label = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._:-]{0,62}$/,
    'must be a name of 1 to 63 characters out of letters, digits, ".", "_", ":" and "-"',
  );

/** How an approval that somebody asked for stands; `expired`: it was approved, and counts no more. */
export const intentApprovalStates = ['pending', 'approved', 'denied', 'expired'] as const;

/** What governs one work intent, in OpenIntent's words. What is left out holds as by default. */
export const governancePolicy = closed({
  completion_mode: z
    .enum(['auto', 'require_approval', 'quorum'])
    .optional()
    .describe('what completing takes: nothing more, one approval, or those of a part of the assigned agents'),
  write_scope: z
    .enum(['any', 'assigned_only'])
    .optional()
    .describe('who may write: whoever may by the access list, or only whom it names'),
  quorum_threshold: z
    .number()
    .gt(0)
    .max(1)
    .optional()
    .describe('how many approvals a quorum takes, as a part of the assigned agents, rounded up'),
  allowed_agents: z
    .array(id)
    .max(MAX_ALLOWED_AGENTS)
    .optional()
    .describe('the agents that alone may write; none: no such bound'),
  max_cost: z.number().min(0).nullable().optional().describe('the most that all recorded costs may come to'),
  require_status_reason: z.boolean().optional().describe('whether a change of the status must say why'),
}).meta({ id: 'GovernancePolicy' });
