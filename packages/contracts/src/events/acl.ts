import { z } from 'zod';
import { jsonObject } from '../json.ts';
import { MAX_ACL_ENTRIES } from '../limits.ts';
import {
  accessLevels,
  aclEntry,
  aclPrincipal,
  aclResource,
  defaultPolicies,
  endedEntry,
} from '../vocabulary/acl.ts';
import { actor } from '../vocabulary/principal.ts';
import { id } from '../vocabulary/scalars.ts';
import { reasonText } from '../vocabulary/text.ts';
import { type DataOf, eventsOf } from './define-event.ts';

const defineEvent = eventsOf({ topic: 'agent.control', category: 'access', service: 'policy-engine' });

const terms = {
  default_policy: z
    .enum(defaultPolicies)
    .nullable()
    .describe('for whom no entry names; null: what the namespace, the agent or the installation says'),
  default_level: z.enum(accessLevels).describe('what `open` grants'),
  entries: z.array(aclEntry).max(MAX_ACL_ENTRIES),
};

const ended = z.array(endedEntry).max(MAX_ACL_ENTRIES);

/** Reasons of entries by the entry's id. */
const reasons = jsonObject;

/** The first event of every list. */
export const aclCreated = defineEvent({
  type: 'acl.created',
  description: 'A work intent or namespace has an access list; its creator administers it without an entry.',
  data: {
    resource: aclResource,
    namespace: id.nullable().describe('of a work intent: whose list answers where this one leaves it open'),
    creator: aclPrincipal,
    ...terms,
    by: actor,
  },
  erasable: { reasons },
});

/** One entry more, by an administrator, by delegation or out of a request for access. */
export const aclGranted = defineEvent({
  type: 'acl.granted',
  description: 'Somebody may do something with a resource: by an administrator, or delegated (`parent`).',
  data: { resource: aclResource, entry: aclEntry, by: actor },
  erasable: { reason: reasonText.nullable(), payload: jsonObject.nullable() },
});

/** An entry taken away, with all that was delegated from it: what rests on these falls. */
export const aclRevoked = defineEvent({
  type: 'acl.revoked',
  description:
    'An entry ended, the first of `ended`, and with it everything delegated from it. Permits and waiting approvals that rest on these are void.',
  data: { resource: aclResource, ended, by: actor },
  erasable: { reason: reasonText.nullable() },
});

/** The ends of entries, written down: they counted for nothing before it. */
export const aclExpired = defineEvent({
  type: 'acl.expired',
  description:
    'Entries ran out, and with them everything delegated from them. They have counted for nothing since their `expires_at`, whenever this is recorded.',
  data: { resource: aclResource, ended, by: actor },
});

/** The whole list anew. */
export const aclReplaced = defineEvent({
  type: 'acl.replaced',
  description:
    'A whole list took the place of the one before. What is the same in both stayed; `added` and `ended` say what did not.',
  data: { resource: aclResource, ...terms, added: z.array(id).max(MAX_ACL_ENTRIES), ended, by: actor },
  erasable: { reasons },
});

/** The clear data of `acl.created`. */
export type AclCreated = DataOf<typeof aclCreated>;
/** The clear data of `acl.granted`. */
export type AclGranted = DataOf<typeof aclGranted>;
/** The clear data of `acl.revoked`. */
export type AclRevoked = DataOf<typeof aclRevoked>;
/** The clear data of `acl.expired`. */
export type AclExpired = DataOf<typeof aclExpired>;
/** The clear data of `acl.replaced`. */
export type AclReplaced = DataOf<typeof aclReplaced>;
