import { z } from 'zod';
import { closed } from '../closed.ts';
import { jsonObject } from '../json.ts';
import { MAX_DURATION_MS, MAX_REQUIRED_PERMISSIONS } from '../limits.ts';
import { planFlags } from './plan.ts';
import { id, jsonPointer, micros, milliseconds } from './scalars.ts';
import { descriptionText, expressionText } from './text.ts';

/** What a tool does to the world. */
export const toolActions = ['read', 'create', 'modify', 'delete', 'execute', 'admin'] as const;

/** How bad it is when a tool is misused. */
export const sensitivities = ['low', 'medium', 'high', 'critical'] as const;

/** A permission that a tool asks of the user acted for, such as `file:write`. */
export const toolPermission = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9._:-]{0,62}$/,
    'must be 1 to 63 characters out of a-z, 0-9, ".", "_", ":" and "-", such as file:write',
  );

/** Features that the plan of a call's organization must have, each named once. */
export const requiredFlags = z
  .array(z.enum(planFlags))
  .refine((flags) => new Set(flags).size === flags.length, 'must name each flag once');

/** A tool's declaration, complete, as its hash covers it. Exactly one of each pair with `_from` is not null. */
export const toolDeclaration = closed({
  description: descriptionText,
  input_schema: jsonObject,
  action: z.enum(toolActions),
  required_permissions: z.array(toolPermission).max(MAX_REQUIRED_PERMISSIONS),
  required_flags: requiredFlags.optional().describe('absent where the tool needs no feature'),
  resource: jsonPointer.nullable(),
  destructive: z.boolean(),
  requires_approval: z.boolean(),
  sensitivity: z.enum(sensitivities),
  environment: id.nullable(),
  environment_from: expressionText.nullable(),
  cost_micros: micros.nullable(),
  cost_from: expressionText.nullable(),
  timeout_ms: milliseconds.max(MAX_DURATION_MS).nullable(),
}).meta({ id: 'ToolDeclaration' });
