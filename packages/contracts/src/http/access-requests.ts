import { z } from 'zod';
import { closed } from '../closed.ts';
import type { Immutable } from '../immutable.ts';
import { accessRequestStates, accessReview, capabilities, deciders } from '../vocabulary/access-request.ts';
import { accessLevels } from '../vocabulary/acl.ts';
import { orErased } from '../vocabulary/erasable.ts';
import { principalKinds } from '../vocabulary/principal.ts';
import { id, timestamp, uuid } from '../vocabulary/scalars.ts';
import { reasonText } from '../vocabulary/text.ts';
import { claimed, givenOpenIntentTime, openIntentTime } from './openintent.ts';
import { listOf, listQuery } from './query.ts';
import { defineRoute, type RouteDefinition } from './route.ts';

const level = z.enum(accessLevels);

/** What is known of a request for access, with its times as its reader writes them. Erased texts are null. */
const requestFields = <Time extends z.ZodType>(time: Time) => ({
  id: uuid,
  intent_id: id.optional().describe('where it is about a work intent'),
  namespace: id.optional().describe('where it is about a namespace'),
  principal_id: id,
  principal_type: z.enum(principalKinds),
  requested_permission: level,
  reason: orErased(reasonText).nullable(),
  status: z.enum(accessRequestStates),
  capabilities: z.array(z.string()),
  decided_by: z.string().nullable(),
  decided_at: time.nullable(),
  decision_reason: orErased(z.string()).nullable().describe('`expired` where nobody answered in time'),
  created_at: time,
  respond_by: time.describe('when it is refused if nobody has answered'),
  permission: level.nullable().describe('what was granted'),
  expires_at: time.nullable().describe('when what was granted ends'),
  entry_id: uuid.nullable().describe('the entry of the access list'),
  decision: z
    .object({ outcome: z.enum(['approved', 'denied', 'expired']), decided_by: z.enum(deciders).nullable() })
    .nullable()
    .describe('what decided, and how'),
});

/** A request for access. */
export const accessRequest = z.object(requestFields(timestamp)).meta({ id: 'AccessRequest' });

/** The same as OpenIntent's clients read it. */
export const openIntentAccessRequest = z
  .object(requestFields(openIntentTime))
  .meta({ id: 'OpenIntentAccessRequest' });

/** `principal_id` and `principal_type` are what OpenIntent's clients send; who asks is whose key it is. */
const openBody = closed({
  principal_id: claimed,
  principal_type: claimed,
  requested_permission: level,
  reason: z
    .union([reasonText, z.literal('')])
    .optional()
    .describe('an empty one is none'),
  capabilities: capabilities.optional(),
}).meta({ id: 'AccessRequestOpening' });

const decisionFields = {
  decided_by: claimed,
  reason: reasonText.optional(),
};

const approveBody = closed({
  ...decisionFields,
  permission: level.optional().describe('what is granted, at most what was asked; left out: what was asked'),
  expires_at: givenOpenIntentTime
    .optional()
    .describe('when it ends; left out: as late as the approver may grant'),
}).meta({ id: 'AccessRequestApproval' });

const denyBody = closed(decisionFields).meta({ id: 'AccessRequestDenial' });

/** What is the same for work intents and namespaces. */
function routesOf<const Kind extends 'Intent' | 'Namespace'>(kind: Kind) {
  const [path, what] =
    kind === 'Intent'
      ? ['/api/v1/intents/{id}', 'a work intent']
      : ['/api/v1/namespaces/{id}', 'a namespace'];
  const requests = `${path}/access-requests`;
  const place = { service: 'approval-service', surface: 'openintent' } as const;
  const one = closed({ id, rid: uuid });
  const decides =
    'For administrators of it and the approvers of its access review, never for who asked. Nobody grants more than was asked, more than they hold, or for longer.';
  return {
    open: defineRoute({
      operationId: `request${kind}Access`,
      access: 'agents, services and people with a key, about what they know the id of',
      method: 'POST',
      path: requests,
      ...place,
      summary: `Ask for access to ${what}`,
      description:
        'Needs no permission on it. Who asks is whose key it is. Handlers and the access review may answer at once; else it waits for an approver.',
      params: closed({ id }),
      body: openBody,
      responses: { 201: openIntentAccessRequest },
      problems: ['not_found', 'already_exists', 'throttled', 'version_conflict'],
    }),
    list: defineRoute({
      operationId: `list${kind}AccessRequests`,
      access: 'who may decide them sees all, who asked their own',
      method: 'GET',
      path: requests,
      ...place,
      summary: `List the requests for access to ${what}`,
      description:
        'Those that the caller may decide; others see their own. The newest, fewer where they are large; `/v1/access-requests` has all.',
      params: closed({ id }),
      responses: { 200: z.object({ access_requests: z.array(openIntentAccessRequest) }) },
      problems: ['not_found'],
    }),
    approve: defineRoute({
      operationId: `approve${kind}AccessRequest`,
      access: 'administrators of it and the approvers of its access review, never who asked',
      method: 'POST',
      path: `${requests}/{rid}/approve`,
      ...place,
      summary: `Grant access to ${what}`,
      description: `${decides} Answered when the access list has the entry.`,
      params: one,
      body: approveBody,
      responses: { 200: openIntentAccessRequest },
      problems: ['not_found', 'self_approval', 'already_decided', 'expired', 'version_conflict'],
    }),
    deny: defineRoute({
      operationId: `deny${kind}AccessRequest`,
      access: 'administrators of it and the approvers of its access review, never who asked',
      method: 'POST',
      path: `${requests}/{rid}/deny`,
      ...place,
      summary: `Refuse access to ${what}`,
      description: decides,
      params: one,
      body: denyBody,
      responses: { 200: openIntentAccessRequest },
      problems: ['not_found', 'self_approval', 'already_decided', 'expired', 'version_conflict'],
    }),
    getReview: defineRoute({
      operationId: `get${kind}AccessReview`,
      access: 'administrators of it',
      method: 'GET',
      path: `${path}/access-review`,
      ...place,
      summary: `Read who answers requests for access to ${what}`,
      description:
        'For its administrators. What is set there, else at its namespace where its list leaves it open what the unlisted have, else that whoever administers it is asked.',
      params: closed({ id }),
      responses: { 200: accessReview },
      problems: ['not_found'],
    }),
    putReview: defineRoute({
      operationId: `put${kind}AccessReview`,
      access: 'administrators of it',
      method: 'PUT',
      path: `${path}/access-review`,
      ...place,
      summary: `Say who answers requests for access to ${what}`,
      description: 'For its administrators.',
      params: closed({ id }),
      body: accessReview,
      responses: { 200: accessReview },
      problems: ['not_found', 'version_conflict'],
    }),
  } as const satisfies Record<string, RouteDefinition>;
}

/** Requests for access to a work intent, and its review. */
export const intentAccessRequests = routesOf('Intent');
/** The same of a namespace, whose review holds where its work intents have none and leave their lists to it. */
export const namespaceAccessRequests = routesOf('Namespace');

/** Of all work intents and namespaces at once, for who answers them. */
export const listAccessRequests = defineRoute({
  operationId: 'listAccessRequests',
  access: 'who may decide them, and who asked',
  method: 'GET',
  path: '/v1/access-requests',
  service: 'approval-service',
  summary: 'List requests for access in the organization',
  description: 'Those that the caller may decide, and their own.',
  query: listQuery({ status: z.enum(accessRequestStates).optional() }),
  responses: { 200: listOf(accessRequest) },
  problems: [],
});

/** A request for access, in OpenIntent's words. Erased texts are null. */
export type AccessRequest = Immutable<z.output<typeof accessRequest>>;
/** What somebody asks for, before defaults. */
export type AccessRequestOpening = Immutable<z.input<typeof openBody>>;
/** What an approver grants of it, before defaults. */
export type AccessRequestApproval = Immutable<z.input<typeof approveBody>>;
/** Why an approver refuses, before defaults. */
export type AccessRequestDenial = Immutable<z.input<typeof denyBody>>;
/** `governance.access_review` of a workflow: who answers requests for access to a resource, and by when. */
export type AccessReview = Immutable<z.output<typeof accessReview>>;
