import { z } from 'zod';
import { closed } from '../closed.ts';
import type { Immutable } from '../immutable.ts';
import { MAX_MEMBERS } from '../limits.ts';
import { principal } from '../vocabulary/principal.ts';
import { id, timestamp } from '../vocabulary/scalars.ts';
import { listOf, listQuery } from './query.ts';
import { defineRoute } from './route.ts';

/** A group's registration: all of its members. */
export const groupRequest = closed({ members: z.array(principal).max(MAX_MEMBERS) }).meta({
  id: 'GroupRequest',
});

/** A group as it stands. */
export const group = z
  .object({ id, members: z.array(principal), created_at: timestamp, updated_at: timestamp })
  .meta({ id: 'Group' });

const params = closed({ id });

/** All members at once: who is not among them is a member no more. */
export const putGroup = defineRoute({
  operationId: 'putGroup',
  method: 'PUT',
  path: '/v1/groups/{id}',
  service: 'gateway',
  summary: 'Register a group, or change its members',
  description:
    '201 when it is new. The same members again change nothing. Who is not a member of it makes nobody one, unless they hold every permission of the organization.',
  permission: 'manage_users',
  params,
  body: groupRequest,
  responses: { 200: group, 201: group },
  problems: ['version_conflict'],
});

/** Its members, as they are registered. */
export const getGroup = defineRoute({
  operationId: 'getGroup',
  method: 'GET',
  path: '/v1/groups/{id}',
  service: 'gateway',
  summary: 'Read a group',
  permission: 'read',
  params,
  responses: { 200: group },
  problems: ['not_found'],
});

/** All groups of the organization. */
export const listGroups = defineRoute({
  operationId: 'listGroups',
  method: 'GET',
  path: '/v1/groups',
  service: 'gateway',
  summary: 'List groups',
  permission: 'read',
  query: listQuery({}),
  responses: { 200: listOf(group) },
  problems: [],
});

/** Registered anew under the same id, it is another group. */
export const removeGroup = defineRoute({
  operationId: 'removeGroup',
  method: 'DELETE',
  path: '/v1/groups/{id}',
  service: 'gateway',
  summary: 'Remove a group',
  description: 'What was granted to it counts for nobody from the next decision on.',
  permission: 'manage_users',
  params,
  responses: { 204: { contentType: null, description: 'The group is removed' } },
  problems: ['not_found', 'version_conflict'],
});

/** A group's registration: all of its members. */
export type GroupRequest = Immutable<z.output<typeof groupRequest>>;
/** A group as it stands. */
export type Group = Immutable<z.output<typeof group>>;
