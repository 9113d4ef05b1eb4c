import { z } from 'zod';
import { closed } from '../closed.ts';
import type { Immutable } from '../immutable.ts';
import { MAX_ROLES } from '../limits.ts';
import { orErased } from '../vocabulary/erasable.ts';
import { id, score, timestamp } from '../vocabulary/scalars.ts';
import { approvalLevels, recordedRole, roleAssignment } from '../vocabulary/scope.ts';
import { nameText } from '../vocabulary/text.ts';
import { listOf, listQuery } from './query.ts';
import { defineRoute } from './route.ts';

/** Trust of a user of whom nothing else is said. */
const DEFAULT_TRUST = 500;

/** A user's registration. */
export const userRequest = closed({
  display_name: nameText.optional(),
  roles: z.array(roleAssignment).max(MAX_ROLES),
  approval_level: z.enum(approvalLevels).default('production_only'),
  trust_score: score.default(DEFAULT_TRUST),
}).meta({ id: 'UserRequest' });

/** A user as it stands. */
export const user = z
  .object({
    id,
    display_name: orErased(nameText).nullable(),
    roles: z.array(recordedRole),
    approval_level: z.enum(approvalLevels),
    trust_score: score,
    created_at: timestamp,
    updated_at: timestamp,
  })
  .meta({ id: 'User' });

const params = closed({ id });

/** The registration in full: roles that are not among these end. */
export const putUser = defineRoute({
  operationId: 'putUser',
  method: 'PUT',
  path: '/v1/users/{id}',
  service: 'gateway',
  summary: 'Register a user, or change one',
  description:
    '201 when the user is new. The same registration again changes nothing. A caller gives and takes only roles of which they hold everything themselves, and changes trust and approval levels only with every permission of the organization. Who is new takes a seat of the gauge `users`: 403 when there is none left.',
  permission: 'manage_users',
  params,
  body: userRequest,
  responses: { 200: user, 201: user },
  problems: ['version_conflict'],
});

/** A user's roles, and how far they are trusted. */
export const getUser = defineRoute({
  operationId: 'getUser',
  method: 'GET',
  path: '/v1/users/{id}',
  service: 'gateway',
  summary: 'Read a user',
  permission: 'read',
  params,
  responses: { 200: user },
  problems: ['not_found'],
});

/** All users of the organization. */
export const listUsers = defineRoute({
  operationId: 'listUsers',
  method: 'GET',
  path: '/v1/users',
  service: 'gateway',
  summary: 'List users',
  permission: 'read',
  query: listQuery({}),
  responses: { 200: listOf(user) },
  problems: [],
});

/** The same id, registered later, is somebody else. */
export const removeUser = defineRoute({
  operationId: 'removeUser',
  method: 'DELETE',
  path: '/v1/users/{id}',
  service: 'gateway',
  summary: 'Remove a user',
  description:
    'Roles, keys and memberships end with it, and what rests on them is void. Who holds a role of which the caller does not hold everything is not theirs to remove.',
  permission: 'manage_users',
  params,
  responses: { 204: { contentType: null, description: 'The user is removed' } },
  problems: ['not_found', 'version_conflict'],
});

/** A user's registration. */
export type UserRequest = Immutable<z.output<typeof userRequest>>;
/** A user as it stands. */
export type User = Immutable<z.output<typeof user>>;
