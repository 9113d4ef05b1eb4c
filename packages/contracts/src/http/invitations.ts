import { z } from 'zod';
import { closed } from '../closed.ts';
import type { Immutable } from '../immutable.ts';
import { MAX_INVITATION_MS, MAX_ROLES } from '../limits.ts';
import { orErased } from '../vocabulary/erasable.ts';
import { id, milliseconds, timestamp, uuid } from '../vocabulary/scalars.ts';
import { recordedRole, roleAssignment } from '../vocabulary/scope.ts';
import { nameText } from '../vocabulary/text.ts';
import { keyCreated } from './keys.ts';
import { listOf, listQuery } from './query.ts';
import { defineRoute } from './route.ts';
import { user } from './users.ts';

/** One week. */
const DEFAULT_INVITATION_MS = 604_800_000;

/** The states of an invitation; `pending` and `accepted` keep a seat. */
export const invitationStates = ['pending', 'accepted', 'revoked', 'expired'] as const;

/** Whom to invite, and as what. */
export const invitationRequest = closed({
  user: id.describe('the id that they will have'),
  handle: nameText.optional().describe('how they are reached, such as an e-mail address; erasable'),
  roles: z.array(roleAssignment).max(MAX_ROLES),
  expires_in_ms: milliseconds.min(1).max(MAX_INVITATION_MS).default(DEFAULT_INVITATION_MS),
}).meta({ id: 'InvitationRequest' });

/** An invitation as it stands: never its token. */
export const invitation = z
  .object({
    id: uuid,
    user: id,
    handle: orErased(nameText).nullable(),
    roles: z.array(recordedRole),
    state: z.enum(invitationStates),
    created_at: timestamp,
    expires_at: timestamp,
  })
  .meta({ id: 'Invitation' });

/** An invitation as it is made: `token` is shown this once. */
export const invitationMade = z
  .object({ ...invitation.shape, token: z.string().regex(/^csi_[A-Za-z0-9_-]+$/) })
  .meta({ id: 'InvitationCreated' });

/** How the key of who accepts is to be called. */
export const acceptRequest = closed({ key_name: nameText.optional() }).meta({ id: 'AcceptRequest' });

/** Who has become a user; `key` is shown this once, and null for who signs in with the organization's issuer. */
export const acceptAnswer = z.object({ user, key: keyCreated.nullable() }).meta({ id: 'AcceptAnswer' });

const params = closed({ id });

/** Takes a seat at once, so that an accepted invitation never finds none. */
export const createInvitation = defineRoute({
  operationId: 'createInvitation',
  method: 'POST',
  path: '/v1/invitations',
  service: 'gateway',
  summary: 'Invite somebody to become a user',
  description:
    'The token is in this answer and nowhere else. A pending invitation keeps a seat of the gauge `users`: 403 when there is none left. A caller gives only roles of which they hold everything themselves.',
  permission: 'manage_users',
  body: invitationRequest,
  responses: { 201: invitationMade },
  problems: ['already_exists'],
});

/** Those that are over, too. */
export const listInvitations = defineRoute({
  operationId: 'listInvitations',
  method: 'GET',
  path: '/v1/invitations',
  service: 'gateway',
  summary: 'List invitations',
  permission: 'manage_users',
  query: listQuery({ state: z.enum(invitationStates).optional() }),
  responses: { 200: listOf(invitation) },
  problems: [],
});

/** How it stands; never its token. */
export const getInvitation = defineRoute({
  operationId: 'getInvitation',
  method: 'GET',
  path: '/v1/invitations/{id}',
  service: 'gateway',
  summary: 'Read an invitation',
  permission: 'manage_users',
  params,
  responses: { 200: invitation },
  problems: ['not_found'],
});

/** For what was sent to the wrong person. */
export const revokeInvitation = defineRoute({
  operationId: 'revokeInvitation',
  method: 'DELETE',
  path: '/v1/invitations/{id}',
  service: 'gateway',
  summary: 'Revoke an invitation',
  description: 'Its seat is free again. Revoking a revoked one changes nothing; 410 for one that is over.',
  permission: 'manage_users',
  params,
  responses: { 204: { contentType: null, description: 'The invitation is revoked' } },
  problems: ['not_found', 'void', 'version_conflict'],
});

/** Makes the user and their key. The rights of who invited are judged again, as they are now. */
export const acceptInvitation = defineRoute({
  operationId: 'acceptInvitation',
  method: 'POST',
  path: '/v1/invitations/{id}/accept',
  service: 'gateway',
  summary: 'Become a user',
  description:
    'Once, in time, with `Authorization: Bearer <token>`. 410 where that is over, and where who has invited may not give these roles any more.',
  access: 'who holds the token of the invitation',
  params,
  body: acceptRequest,
  responses: { 201: acceptAnswer },
  problems: ['not_found', 'expired', 'void', 'version_conflict'],
});

/** Whom to invite, and as what. */
export type InvitationRequest = Immutable<z.output<typeof invitationRequest>>;
/** An invitation as it stands: never its token. */
export type Invitation = Immutable<z.output<typeof invitation>>;
/** Who has become a user; `key` is shown this once, and null for who signs in with the organization's issuer. */
export type AcceptAnswer = Immutable<z.output<typeof acceptAnswer>>;
