import { z } from 'zod';
import { closed } from '../closed.ts';
import type { Immutable } from '../immutable.ts';
import { accessLevels } from '../vocabulary/acl.ts';
import { actsFor } from '../vocabulary/agent.ts';
import { orErased } from '../vocabulary/erasable.ts';
import { id, timestamp } from '../vocabulary/scalars.ts';
import { nameText, reasonText } from '../vocabulary/text.ts';
import { listOf, listQuery } from './query.ts';
import { defineRoute } from './route.ts';

/** An agent's registration. What is left out takes its default, also when the agent is registered anew. */
export const agentRequest = closed({
  display_name: nameText.optional(),
  project: id.optional().describe('the default project where it is left out'),
  owner: id.optional().describe('the calling user where it is left out'),
  acts_for: actsFor
    .optional()
    .describe('the owner alone where it is left out; where it is given, the owner too only if it names them'),
  session_scope: id.optional().describe('an id that the agent gives its sessions; recorded with it'),
}).meta({ id: 'AgentRequest' });

/** An agent as it stands. */
export const agent = z
  .object({
    id,
    display_name: orErased(nameText).nullable(),
    project: id,
    owner: id,
    acts_for: actsFor,
    session_scope: id.nullable(),
    enabled: z.boolean(),
    default_permission: z.enum(accessLevels).nullable(),
    approval_required: z.boolean(),
    created_at: timestamp,
    updated_at: timestamp,
  })
  .meta({ id: 'Agent' });

/** Why an agent is disabled or enabled. */
export const reasonRequest = closed({ reason: reasonText }).meta({ id: 'ReasonRequest' });

const params = closed({ id });

/** The registration in full: what is left out takes its default. */
export const putAgent = defineRoute({
  operationId: 'putAgent',
  method: 'PUT',
  path: '/v1/agents/{id}',
  service: 'gateway',
  summary: 'Register an agent, or change it',
  description:
    '201 when it is new. The same registration again changes nothing. 404 for an agent of a project that the caller may not see. Who does not hold every permission of the organization names registered users only (400), who hold no more in the project than they do (403).',
  permission: 'manage_agents',
  inProject: true,
  params,
  body: agentRequest,
  responses: { 200: agent, 201: agent },
  problems: ['not_found', 'version_conflict'],
});

/** A disabled agent is shown too. */
export const getAgent = defineRoute({
  operationId: 'getAgent',
  method: 'GET',
  path: '/v1/agents/{id}',
  service: 'gateway',
  summary: 'Read an agent',
  permission: 'read',
  inProject: true,
  params,
  responses: { 200: agent },
  problems: ['not_found'],
});

/** Disabled ones too. */
export const listAgents = defineRoute({
  operationId: 'listAgents',
  method: 'GET',
  path: '/v1/agents',
  service: 'gateway',
  summary: 'List agents',
  permission: 'read',
  inProject: true,
  query: listQuery({}),
  responses: { 200: listOf(agent) },
  problems: [],
});

/** What a workflow says of an agent's access. */
export const agentAccessRequest = closed({
  default_permission: z
    .enum(accessLevels)
    .nullable()
    .describe('on work intents and namespaces whose list leaves it open; null for nothing'),
  approval_required: z.boolean().describe('whether its requests for access always wait for an approver'),
}).meta({ id: 'AgentAccessRequest' });

/** Beside the registration, because a right over all work intents is asked of who sets it. */
export const putAgentAccess = defineRoute({
  operationId: 'putAgentAccess',
  method: 'PUT',
  path: '/v1/agents/{id}/access',
  service: 'gateway',
  summary: 'Set what an agent may do by default',
  description:
    'A right over every work intent whose list leaves it open, so it takes the right over all of them.',
  permission: 'manage_intents',
  params,
  body: agentAccessRequest,
  responses: { 200: agent },
  problems: ['not_found', 'version_conflict'],
});

/** Holds until it is enabled again; the registration stays. */
export const disableAgent = defineRoute({
  operationId: 'disableAgent',
  method: 'POST',
  path: '/v1/agents/{id}/disable',
  service: 'gateway',
  summary: 'Refuse every call of an agent',
  description: 'Its unredeemed permits and waiting approvals are void.',
  permission: 'manage_agents',
  inProject: true,
  params,
  body: reasonRequest,
  responses: { 200: agent },
  problems: ['not_found', 'version_conflict'],
});

/** Takes its place in the gauge `active_agents` again: 403 where there is none left. */
export const enableAgent = defineRoute({
  operationId: 'enableAgent',
  method: 'POST',
  path: '/v1/agents/{id}/enable',
  service: 'gateway',
  summary: 'Let an agent call again',
  description: 'Nothing that became void revives.',
  permission: 'manage_agents',
  inProject: true,
  params,
  body: reasonRequest,
  responses: { 200: agent },
  problems: ['not_found', 'version_conflict'],
});

/** An agent's registration. What is left out takes its default, also when the agent is registered anew. */
export type AgentRequest = Immutable<z.output<typeof agentRequest>>;
/** What a workflow says of an agent's access. */
export type AgentAccessRequest = Immutable<z.output<typeof agentAccessRequest>>;
/** An agent as it stands. */
export type Agent = Immutable<z.output<typeof agent>>;
/** Why an agent is disabled or enabled. */
export type ReasonRequest = Immutable<z.output<typeof reasonRequest>>;
