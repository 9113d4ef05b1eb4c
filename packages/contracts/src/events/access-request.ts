import { z } from 'zod';
import { MAX_ACCESS_HANDLERS, MAX_URL_CHARS } from '../limits.ts';
import { accessReview, capabilities, deciders } from '../vocabulary/access-request.ts';
import { accessLevels, aclResource } from '../vocabulary/acl.ts';
import { actor, principal } from '../vocabulary/principal.ts';
import { code, id, milliseconds, timestamp, uuid } from '../vocabulary/scalars.ts';
import { reasonText } from '../vocabulary/text.ts';
import { type DataOf, eventsOf } from './define-event.ts';

const place = { topic: 'agent.control', service: 'approval-service' } as const;
const defineRequestEvent = eventsOf({ ...place, category: 'accessrequest' });
const defineReviewEvent = eventsOf({ ...place, category: 'accessreview' });
const defineHandlerEvent = eventsOf({ ...place, category: 'accesshandler' });

const level = z.enum(accessLevels);

/** What every event of a request says of it. */
const asked = { request_id: uuid, resource: aclResource, principal, requested_permission: level };

/** Somebody asks for access. The review of that moment goes along: later changes of it decide nothing here. */
export const accessRequestOpened = defineRequestEvent({
  type: 'accessrequest.opened',
  description:
    'Somebody asks for access to a work intent or namespace. `review` is what held for it then; `handlers` are asked first, where there are any.',
  data: {
    ...asked,
    review: accessReview,
    approval_required: z.boolean().describe('whether automatic approvals count for nothing for this agent'),
    handlers: z.array(id).max(MAX_ACCESS_HANDLERS),
    timeout_ms: milliseconds,
    expires_at: timestamp.describe('when it is refused if nobody has answered'),
  },
  erasable: { reason: reasonText.optional(), capabilities: capabilities.optional() },
});

const decided = {
  ...asked,
  by: actor,
  decided_by: z.enum(deciders),
  handlers: z.array(id).max(MAX_ACCESS_HANDLERS).describe('which handlers answered so, where these decided'),
  response_time_ms: milliseconds,
};

/** Granted: the entry that it names is put into the access list next. */
export const accessRequestApproved = defineRequestEvent({
  type: 'accessrequest.approved',
  description:
    'The request is granted, perhaps with less than was asked. The access list gets the entry `entry_id` from it.',
  data: {
    ...decided,
    permission: level,
    entry_id: uuid,
    parent: id
      .nullable()
      .optional()
      .describe('the entry of who approved, where what they hold was delegated: the new entry ends with it'),
    expires_at: timestamp.nullable().describe('when the entry ends; null for never'),
  },
  erasable: { reason: reasonText.optional() },
});

/** Refused by a person, a handler or a rule. */
export const accessRequestDenied = defineRequestEvent({
  type: 'accessrequest.denied',
  description: 'The request is refused. `cause` says which deny rule did it, where one did.',
  data: { ...decided, cause: code.nullable() },
  erasable: { reason: reasonText.optional() },
});

/** Refused because the time was over. */
export const accessRequestExpired = defineRequestEvent({
  type: 'accessrequest.expired',
  description: 'Nobody answered in time, which is a no.',
  data: asked,
});

/** Approvers are these at once; how and by when waiting requests end by themselves stays as it was. */
export const accessReviewSet = defineReviewEvent({
  type: 'accessreview.set',
  description: 'Who answers requests for access to a work intent or namespace, and by when.',
  data: { resource: aclResource, ...accessReview.shape, by: actor },
});

/** An address that every request is sent to. Its secret is in no event. */
export const accessHandlerRegistered = defineHandlerEvent({
  type: 'accesshandler.registered',
  description:
    'An address that is asked about every request for access in the organization, or what it is now.',
  data: { handler_id: id, url: z.string().max(MAX_URL_CHARS), timeout_ms: milliseconds, by: actor },
});

/** The last event of the address, unless it is registered again. */
export const accessHandlerRemoved = defineHandlerEvent({
  type: 'accesshandler.removed',
  description: 'A handler of requests for access is asked no more.',
  data: { handler_id: id, by: actor },
});

/** The clear data of `accessrequest.opened`. */
export type AccessRequestOpened = DataOf<typeof accessRequestOpened>;
/** The clear data of `accessrequest.approved`. */
export type AccessRequestApproved = DataOf<typeof accessRequestApproved>;
/** The clear data of `accessrequest.denied`. */
export type AccessRequestDenied = DataOf<typeof accessRequestDenied>;
/** The clear data of `accessrequest.expired`. */
export type AccessRequestExpired = DataOf<typeof accessRequestExpired>;
/** The clear data of `accessreview.set`. */
export type AccessReviewSet = DataOf<typeof accessReviewSet>;
/** The clear data of `accesshandler.registered`. */
export type AccessHandlerRegistered = DataOf<typeof accessHandlerRegistered>;
/** The clear data of `accesshandler.removed`. */
export type AccessHandlerRemoved = DataOf<typeof accessHandlerRemoved>;
