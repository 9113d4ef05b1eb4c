import { z } from 'zod';
import { closed } from '../closed.ts';
import type { Immutable } from '../immutable.ts';
import { orErased } from '../vocabulary/erasable.ts';
import { killScopes, killSwitchStates } from '../vocabulary/kill-switch.ts';
import { actor } from '../vocabulary/principal.ts';
import { givenTime, id, position, timestamp, uuid } from '../vocabulary/scalars.ts';
import { reasonText } from '../vocabulary/text.ts';
import { reasonRequest } from './agents.ts';
import { listOf, listQuery } from './query.ts';
import { defineRoute } from './route.ts';

const needsTarget: readonly string[] = ['agent', 'tool', 'user'];

/** What shall stop, and why. */
export const killSwitchRequest = closed({
  scope: z.enum(killScopes),
  target: id
    .optional()
    .describe('for scope organization the own one where it is left out; none for scope all'),
  reason: reasonText,
  expires_at: givenTime.optional().describe('in the future; never where it is left out'),
  drill: z.boolean().default(false).describe('prove the way without stopping work'),
})
  .refine(({ scope, target }) => target !== undefined || !needsTarget.includes(scope), {
    path: ['target'],
    message: 'must name the agent, tool or user that shall stop',
  })
  .refine(({ scope, target }) => scope !== 'all' || target === undefined, {
    path: ['target'],
    message: 'must be left out for scope all',
  })
  .meta({ id: 'KillSwitchRequest' });

/** A kill switch as it stands, with the positions of its events as far as they are written. */
export const killSwitch = z
  .object({
    id: uuid,
    state: z.enum(killSwitchStates),
    scope: z.enum(killScopes),
    target: id.nullable(),
    reason: orErased(reasonText),
    by: actor,
    drill: z.boolean(),
    expires_at: timestamp.nullable(),
    engaged_at: timestamp,
    engaged_position: position,
    effective_position: position.nullable(),
    ended_position: position.nullable(),
  })
  .meta({ id: 'KillSwitch' });

const params = closed({ id });

/** Asked for before everything else of a call, and answered as soon as no gateway can miss it. */
export const engageKillSwitch = defineRoute({
  operationId: 'engageKillSwitch',
  method: 'POST',
  path: '/v1/kill-switches',
  service: 'gateway',
  summary: 'Stop an agent, a tool, a user, an organization, or everything',
  description:
    "Answered when it is effective, or after 2 s. Open permits and waiting approvals in scope are void. A name that is no agent, tool or organization is `not_found`: such a switch would stop nothing. Scope `all` is the installation owner's.",
  permission: 'engage_kill_switch',
  inProject: true,
  body: killSwitchRequest,
  responses: { 201: killSwitch },
  problems: ['not_found'],
});

/** Those that are over, too. */
export const listKillSwitches = defineRoute({
  operationId: 'listKillSwitches',
  method: 'GET',
  path: '/v1/kill-switches',
  service: 'gateway',
  summary: 'List kill switches',
  permission: 'read',
  inProject: true,
  query: listQuery({ state: z.enum(killSwitchStates).optional() }),
  responses: { 200: listOf(killSwitch) },
  problems: [],
});

/** With the positions that prove from when to when it held. */
export const getKillSwitch = defineRoute({
  operationId: 'getKillSwitch',
  method: 'GET',
  path: '/v1/kill-switches/{id}',
  service: 'gateway',
  summary: 'Read a kill switch',
  permission: 'read',
  inProject: true,
  params,
  responses: { 200: killSwitch },
  problems: ['not_found'],
});

/** Lets calls go on; what it made void stays void. */
export const releaseKillSwitch = defineRoute({
  operationId: 'releaseKillSwitch',
  method: 'POST',
  path: '/v1/kill-switches/{id}/release',
  service: 'gateway',
  summary: 'End a kill switch',
  description:
    'Nothing that became void revives. Releasing a released switch changes nothing; one that has expired is `void`.',
  permission: 'engage_kill_switch',
  inProject: true,
  params,
  body: reasonRequest,
  responses: { 200: killSwitch },
  problems: ['not_found', 'version_conflict', 'void'],
});

/** What shall stop, and why. */
export type KillSwitchRequest = Immutable<z.output<typeof killSwitchRequest>>;
/** A kill switch as it stands, with the positions of its events as far as they are written. */
export type KillSwitch = Immutable<z.output<typeof killSwitch>>;
