import { z } from 'zod';
import { closed } from '../closed.ts';
import type { Immutable } from '../immutable.ts';
import { jsonObject } from '../json.ts';
import { MAX_DURATION_MS, MAX_REQUIRED_PERMISSIONS } from '../limits.ts';
import { digest, id, jsonPointer, micros, milliseconds, timestamp } from '../vocabulary/scalars.ts';
import { descriptionText, expressionText } from '../vocabulary/text.ts';
import {
  requiredFlags,
  sensitivities,
  toolActions,
  toolDeclaration,
  toolPermission,
} from '../vocabulary/tool.ts';
import { listOf, listQuery } from './query.ts';
import { defineRoute } from './route.ts';

/** A tool's declaration as it is given. Where cost or environment vary, an expression over `args` says how. */
export const toolRequest = closed({
  description: descriptionText,
  input_schema: jsonObject.describe('JSON Schema 2020-12 of the arguments'),
  action: z.enum(toolActions),
  required_permissions: z.array(toolPermission).max(MAX_REQUIRED_PERMISSIONS).default([]),
  required_flags: requiredFlags
    .optional()
    .describe("features that the plan of the call's organization must have; none where it is left out"),
  resource: jsonPointer.optional().describe('where in the arguments the resource is named'),
  destructive: z.boolean().default(false),
  requires_approval: z.boolean().default(false),
  sensitivity: z.enum(sensitivities).default('low'),
  environment: id.optional().describe("the installation's environment where it is left out"),
  environment_from: expressionText.optional().describe('CEL over args'),
  cost_micros: micros.optional().describe('0 where it is left out'),
  cost_from: expressionText.optional().describe('CEL over args'),
  timeout_ms: milliseconds.max(MAX_DURATION_MS).optional(),
})
  .refine((tool) => tool.environment === undefined || tool.environment_from === undefined, {
    path: ['environment_from'],
    message: 'must be left out where environment is given',
  })
  .refine((tool) => tool.cost_micros === undefined || tool.cost_from === undefined, {
    path: ['cost_from'],
    message: 'must be left out where cost_micros is given',
  })
  .meta({ id: 'ToolRequest' });

/** What a declaration is called from now on. */
export const toolDeclaredAnswer = z
  .object({ name: id, version: z.int().min(1), definition_hash: digest })
  .meta({ id: 'ToolDeclared' });

/** A tool as it is declared. */
export const tool = z
  .object({ ...toolDeclaredAnswer.shape, ...toolDeclaration.shape, updated_at: timestamp })
  .meta({ id: 'Tool' });

const params = closed({ name: id });

/** The declaration in full. What policies know of a tool comes from here, never from an agent. */
export const putTool = defineRoute({
  operationId: 'putTool',
  method: 'PUT',
  path: '/v1/tools/{name}',
  service: 'gateway',
  summary: 'Declare a tool, or change it',
  description:
    'A change gives a new definition_hash and voids waiting approvals and unredeemed permits of the old one. The same declaration again changes nothing. 201 when the tool is new. Declarations are stored in the clear.',
  permission: 'manage_tools',
  params,
  body: toolRequest,
  responses: { 200: toolDeclaredAnswer, 201: toolDeclaredAnswer },
  problems: ['version_conflict'],
});

/** As it is declared now. */
export const getTool = defineRoute({
  operationId: 'getTool',
  method: 'GET',
  path: '/v1/tools/{name}',
  service: 'gateway',
  summary: 'Read a tool',
  permission: 'read',
  params,
  responses: { 200: tool },
  problems: ['not_found'],
});

/** Without those that are withdrawn. */
export const listTools = defineRoute({
  operationId: 'listTools',
  method: 'GET',
  path: '/v1/tools',
  service: 'gateway',
  summary: 'List tools',
  permission: 'read',
  query: listQuery({}),
  responses: { 200: listOf(tool) },
  problems: [],
});

/** Declared anew, it has the next version. */
export const withdrawTool = defineRoute({
  operationId: 'withdrawTool',
  method: 'DELETE',
  path: '/v1/tools/{name}',
  service: 'gateway',
  summary: 'Withdraw a tool',
  description:
    'Its unredeemed permits and waiting approvals are void; further calls are refused as unknown_tool.',
  permission: 'manage_tools',
  params,
  responses: { 204: { contentType: null, description: 'The tool is withdrawn' } },
  problems: ['not_found', 'version_conflict'],
});

/** A tool's declaration as it is given. Where cost or environment vary, an expression over `args` says how. */
export type ToolRequest = Immutable<z.output<typeof toolRequest>>;
/** A tool as it is declared. */
export type Tool = Immutable<z.output<typeof tool>>;
