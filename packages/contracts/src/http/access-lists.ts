import { z } from 'zod';
import { closed } from '../closed.ts';
import type { Immutable } from '../immutable.ts';
import { jsonObject } from '../json.ts';
import { MAX_ACL_ENTRIES } from '../limits.ts';
import { aclPrincipalKinds, defaultPolicies, delegates, delegationDepth } from '../vocabulary/acl.ts';
import { orErased } from '../vocabulary/erasable.ts';
import { id } from '../vocabulary/scalars.ts';
import { reasonText } from '../vocabulary/text.ts';
import { claimed, givenOpenIntentTime, openIntentPermission, openIntentTime } from './openintent.ts';
import { defineRoute } from './route.ts';

const principalType = z.enum(aclPrincipalKinds);

/** As entries are written; OpenIntent calls people `human` as well. */
const givenPrincipalType = z
  .preprocess((given) => (given === 'human' ? 'user' : given), principalType)
  .describe('`human` is read as `user`');

/** The right to hand an entry on. Left out: none. */
const delegateFields = {
  max_depth: delegationDepth,
  to: delegates.optional().describe('the only agents that it may be delegated to; left out: any'),
  permission: openIntentPermission
    .optional()
    .describe('the most that may be delegated; left out: as much as the entry grants'),
};
const delegateRight = closed(delegateFields)
  .describe(
    'the right to delegate what the entry grants: 1 is one hop, null any number; OpenIntent has no word for it here',
  )
  .optional();

/** An entry as somebody wants it. What OpenIntent's clients read with entries, and send back, is ignored. */
export const accessEntryRequest = closed({
  principal_id: id,
  principal_type: givenPrincipalType.default('agent'),
  permission: openIntentPermission.default('read'),
  reason: reasonText.optional(),
  expires_at: givenOpenIntentTime.optional(),
  delegate: delegateRight,
}).meta({ id: 'AccessEntryRequest' });

/** A whole list as somebody wants it; takes back what `accessList` gave out. */
export const accessListRequest = closed({
  default_policy: z.enum(defaultPolicies),
  default_permission: openIntentPermission.default('read').describe('what `open` grants'),
  entries: z
    .array(
      closed({
        ...accessEntryRequest.shape,
        reason: reasonText.nullish(),
        expires_at: givenOpenIntentTime.nullish(),
        delegate: delegateRight.nullable(),
        id: id.optional().describe('ignored'),
        intent_id: id.optional().describe('ignored'),
        namespace: id.optional().describe('ignored'),
        granted_by: claimed,
        granted_at: z.string().max(50).nullish().describe('ignored'),
        delegated_from: id.nullish().describe('ignored'),
      }),
    )
    .max(MAX_ACL_ENTRIES)
    .default([]),
}).meta({ id: 'AccessListRequest' });

/** What an agent is to be handed, with the work (`payload`) that it is handed for. */
export const delegationRequest = closed({
  agent_id: id,
  permission: openIntentPermission.default('read'),
  payload: jsonObject.optional().describe('what the agent is to do; shown to it and recorded'),
  reason: reasonText.optional(),
  expires_at: givenOpenIntentTime.optional(),
  max_depth: delegationDepth
    .optional()
    .describe('how often it may be delegated further; left out: as often as the caller may, less this once'),
}).meta({ id: 'DelegationRequest' });

/** Why an entry ends. */
const revocation = closed({ reason: reasonText.optional() }).meta({ id: 'AccessRevocation' });

/** An entry in OpenIntent's words. `granted_by` is an id alone: OpenIntent's clients read no more. */
export const accessEntry = z
  .object({
    id,
    intent_id: id.optional(),
    namespace: id.optional(),
    principal_id: id,
    principal_type: principalType,
    permission: openIntentPermission,
    granted_by: id,
    granted_at: openIntentTime,
    expires_at: openIntentTime.nullable(),
    reason: orErased(reasonText).nullable(),
    delegate: z.object(delegateFields).nullable(),
    delegated_from: id.nullable().describe('the entry that this one ends with'),
  })
  .meta({ id: 'AccessEntry' });

/** A list as it is shown: `entries` are those that the caller may see. */
export const accessList = z
  .object({
    intent_id: id.optional(),
    namespace: id.optional(),
    default_policy: z.enum(defaultPolicies),
    default_permission: openIntentPermission.describe('what `open` grants'),
    entries: z.array(accessEntry),
  })
  .meta({ id: 'AccessList' });

/** The operations on the access list of what is under a path. */
function accessListRoutes<const Name extends 'Intent' | 'Namespace'>(name: Name, path: string, of: string) {
  const place = {
    service: 'policy-engine',
    surface: 'openintent',
  } as const;
  const params = closed({ id });
  return {
    get: defineRoute({
      ...place,
      operationId: `get${name}Acl`,
      access: 'who has `write` on it by the list: the own entries; with `admin` all',
      method: 'GET',
      path: `${path}/acl`,
      summary: `Read who may do what with ${of}`,
      description:
        'Everything for who has `admin` on it; with `write` one sees the entries that name oneself.',
      params,
      responses: { 200: accessList },
      problems: ['not_found'],
    }),
    put: defineRoute({
      ...place,
      operationId: `put${name}Acl`,
      access: 'who has `admin` on it by the list',
      method: 'PUT',
      path: `${path}/acl`,
      summary: `Replace who may do what with ${of}`,
      description:
        'Needs `admin` on it. Entries that are the same as before stay with what was delegated from them. Nobody grants for longer than they hold it.',
      params,
      body: accessListRequest,
      responses: { 200: accessList },
      problems: ['not_found', 'version_conflict'],
    }),
    grant: defineRoute({
      ...place,
      operationId: `grant${name}Access`,
      access: 'who has `admin` on it by the list',
      method: 'POST',
      path: `${path}/acl/entries`,
      summary: `Let somebody do something with ${of}`,
      description: 'Needs `admin` on it. One entry for each principal.',
      params,
      body: accessEntryRequest,
      responses: { 201: accessEntry },
      problems: ['not_found', 'already_exists', 'version_conflict'],
    }),
    revoke: defineRoute({
      ...place,
      operationId: `revoke${name}Access`,
      access: 'who has `admin` on it by the list; who holds the entry or delegated it',
      method: 'DELETE',
      path: `${path}/acl/entries/{entry}`,
      summary: 'End an entry, and everything delegated from it',
      description:
        'Needs `admin` on it, or to be who holds or who delegated the entry. Permits and waiting approvals that rest on it are void.',
      params: closed({ id, entry: id }),
      body: revocation,
      responses: { 204: { contentType: null, description: 'Ended' } },
      problems: ['not_found', 'version_conflict'],
    }),
    delegate: defineRoute({
      ...place,
      operationId: `delegate${name}`,
      access: 'whom an entry of the list gives the right to delegate; who made it',
      method: 'POST',
      path: `${path}/delegate`,
      summary: `Hand on what one may do with ${of}`,
      description:
        'Needs an entry with the right to delegate: never more than it grants or lets one delegate, to nobody but whom it names, for no longer, and once less often.',
      params,
      body: delegationRequest,
      responses: { 201: accessEntry },
      problems: ['not_found', 'already_exists', 'version_conflict'],
    }),
  } as const;
}

/** The operations on the access list of a work intent. */
export const intentAccess = accessListRoutes('Intent', '/api/v1/intents/{id}', 'a work intent');
/** The same on that of a namespace, which answers where the lists of its work intents leave it open. */
export const namespaceAccess = accessListRoutes('Namespace', '/api/v1/namespaces/{id}', 'a namespace');

/** An entry as somebody wants it. What OpenIntent's clients read with entries, and send back, is ignored. */
export type AccessEntryRequest = Immutable<z.output<typeof accessEntryRequest>>;
/** A whole list as somebody wants it; takes back what `accessList` gave out. */
export type AccessListRequest = Immutable<z.output<typeof accessListRequest>>;
/** What an agent is to be handed, with the work (`payload`) that it is handed for. */
export type DelegationRequest = Immutable<z.output<typeof delegationRequest>>;
/** An entry in OpenIntent's words. `granted_by` is an id alone: OpenIntent's clients read no more. */
export type AccessEntry = Immutable<z.output<typeof accessEntry>>;
/** A list as it is shown: `entries` are those that the caller may see. */
export type AccessList = Immutable<z.output<typeof accessList>>;
