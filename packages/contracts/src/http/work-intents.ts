import { z } from 'zod';
import { closed } from '../closed.ts';
import { erased } from '../envelope.ts';
import type { Immutable } from '../immutable.ts';
import { jsonObject, jsonValue } from '../json.ts';
import {
  MAX_DEPENDENCIES,
  MAX_IDEMPOTENCY_KEY_CHARS,
  MAX_INJECTED,
  MAX_PATCHES,
  MAX_POINTER_CHARS,
} from '../limits.ts';
import { orErased } from '../vocabulary/erasable.ts';
import { governancePolicy } from '../vocabulary/governance.ts';
import { id, uuid } from '../vocabulary/scalars.ts';
import { descriptionText, nameText, reasonText } from '../vocabulary/text.ts';
import {
  contextParts,
  systemEventTypes,
  toldEventTypes,
  workIntentStatuses,
} from '../vocabulary/work-intent.ts';
import {
  claimed,
  givenOpenIntentTime,
  ifMatch,
  openIntentPermission,
  openIntentTime,
  whoHas,
} from './openintent.ts';
import { limit, offset } from './query.ts';
import { defineRoute } from './route.ts';

const status = z.enum(workIntentStatuses);
const eventType = z.enum([...systemEventTypes, ...toldEventTypes]);

/** A work intent as it stands, in OpenIntent's shape. */
export const workIntent = z
  .object({
    id: uuid,
    title: orErased(nameText),
    description: orErased(descriptionText),
    created_by: id,
    namespace: id.nullable(),
    parent_id: uuid.nullable(),
    parent_intent_id: uuid.nullable(),
    depends_on: z.array(uuid),
    constraints: z.union([jsonObject, erased]),
    state: z.union([jsonObject, erased]),
    status,
    confidence: z.literal(0),
    version: z.int().min(1),
    governance_policy: governancePolicy.nullable().describe('what was set; null where nothing was'),
    created_at: openIntentTime,
    updated_at: openIntentTime,
  })
  .meta({ id: 'WorkIntent' });

/** A work intent to be made, in OpenIntent's words. Texts, constraints and state are sealed. */
export const workIntentRequest = closed({
  title: nameText,
  description: descriptionText.default(''),
  constraints: jsonObject.default({}),
  state: jsonObject.default({}),
  namespace: id
    .optional()
    .describe('needs `write` there; its access list answers where that of the intent leaves it open'),
  parent_intent_id: uuid.optional().describe('needs `admin` on it'),
  inherit_access: z
    .boolean()
    .default(false)
    .describe("begin with the parent's access list as it is now; later changes there do not follow"),
  depends_on: z.array(uuid).max(MAX_DEPENDENCIES).default([]),
  governance_policy: governancePolicy.nullable().optional(),
  created_by: claimed,
}).meta({ id: 'WorkIntentRequest' });

/** One change of a state. `path` is a name, or names separated by `/`. */
const patch = closed({
  op: z.enum(['set', 'append', 'remove']),
  path: z.string().min(1).max(MAX_POINTER_CHARS),
  value: jsonValue.optional(),
}).meta({ id: 'StatePatch' });

/** Applied in order, all or none. */
export const statePatchRequest = closed({ patches: z.array(patch).min(1).max(MAX_PATCHES) }).meta({
  id: 'StatePatchRequest',
});

/** The status that it shall have, and why. */
export const statusRequest = closed({ status, reason: reasonText.optional() }).meta({ id: 'StatusRequest' });

/** Something that was told or that happened, in OpenIntent's shape. */
export const workIntentEvent = z
  .object({
    id: uuid,
    intent_id: uuid,
    event_type: eventType,
    actor: id,
    payload: z.union([jsonObject, erased]),
    trace_id: orErased(z.string()).nullable(),
    parent_event_id: orErased(z.string()).nullable(),
    created_at: openIntentTime,
  })
  .meta({ id: 'WorkIntentEvent' });

/** Something that an agent tells; recorded, and nothing else. */
export const workIntentEventRequest = closed({
  event_type: z.enum(toldEventTypes, {
    error: 'must be one of the types that agents tell; what Countersign does it says itself',
  }),
  payload: jsonObject.default({}),
  trace_id: nameText.optional(),
  parent_event_id: nameText.optional(),
  actor: claimed,
}).meta({ id: 'WorkIntentEventRequest' });

const related = z.object({
  id: uuid,
  title: orErased(nameText),
  status,
  state: z.union([jsonObject, erased]).optional(),
  description: orErased(descriptionText).optional(),
  constraints: z.union([jsonObject, erased]).optional(),
});

/** What of what is around an intent agents are told, as workflow files write it. */
export const workIntentContextRule = closed({
  context: z
    .union(
      [
        z.enum(['auto', 'none']),
        z.array(z.enum(contextParts)).min(1).max(contextParts.length),
        closed({ inject: z.array(z.string().min(1).max(MAX_POINTER_CHARS)).max(MAX_INJECTED) }),
      ],
      {
        error: `must be auto, none, a list of ${contextParts.join(', ')}, or {inject: names of entries of the state}`,
      },
    )
    .describe(
      '`auto`: what the level allows; `none`: nothing; a list: these parts alone; `inject`: these entries of the state alone',
    ),
}).meta({ id: 'WorkIntentContextRule' });

/** What an agent is told that works on an intent: no more than its level and the rule of the intent allow. */
export const workIntentContext = z
  .object({
    intent_id: uuid,
    my_permission: openIntentPermission,
    delegated_by: id.nullable(),
    payload: z.union([jsonObject, erased]).nullable().describe('what was handed over with the delegation'),
    state: jsonObject
      .nullable()
      .describe('the entries of its state that its rule injects; null without such a rule'),
    parent: related.nullable(),
    dependencies: z.array(related),
    events: z.array(workIntentEvent),
    acl: z
      .array(z.object({ principal_id: id, principal_type: z.string(), permission: openIntentPermission }))
      .nullable()
      .describe('null where it is hidden; the own entries with `write`; all with `admin`'),
    peers: z.array(
      z.object({ principal_id: id, principal_type: z.string(), permission: openIntentPermission.optional() }),
    ),
  })
  .meta({ id: 'WorkIntentContext' });

const place = {
  service: 'policy-engine',
  surface: 'openintent',
} as const;
const params = closed({ id });
const WRITERS =
  'Needs `write` on it, and that nobody else has the lease of what it changes. `If-Match` names the version that is changed.';
const ADMINS = 'Needs `admin` on it. `If-Match` names the version that is changed.';

/** The caller is its administrator by having made it, without an entry. */
export const createWorkIntent = defineRoute({
  ...place,
  operationId: 'createWorkIntent',
  access: 'agents, services, and people with `read` somewhere',
  method: 'POST',
  path: '/api/v1/intents',
  summary: 'Make a work intent',
  description:
    'Agents, services and people with `read`. Who makes it administers it; nobody else may do anything with it until they are let in. One `Idempotency-Key` of one caller makes one work intent: asked for again, it is answered as it stands; with another body, it is refused.',
  headers: z.object({
    'idempotency-key': z
      .string()
      .min(1)
      .max(MAX_IDEMPOTENCY_KEY_CHARS)
      .regex(/^[\x21-\x7e]+$/)
      .optional(),
  }),
  body: workIntentRequest,
  responses: { 200: workIntent, 201: workIntent },
  problems: ['not_found', 'version_conflict', 'idempotency_conflict'],
});

/** Only those that the caller may read: the others are not told apart from none. */
export const listWorkIntents = defineRoute({
  ...place,
  operationId: 'listWorkIntents',
  access: 'anybody; shown is what one has `read` on by its access list',
  method: 'GET',
  path: '/api/v1/intents',
  summary: 'List the work intents that one may read',
  description:
    'An answer ends before `limit` where work intents are large: go on with `offset` plus as many as have come, until none comes.',
  query: closed({ limit, offset, status: status.optional(), namespace: id.optional() }),
  responses: { 200: z.object({ intents: z.array(workIntent) }) },
  problems: [],
});

/** Its version is what `If-Match` names. */
export const getWorkIntent = defineRoute({
  ...place,
  operationId: 'getWorkIntent',
  access: whoHas.read,
  method: 'GET',
  path: '/api/v1/intents/{id}',
  summary: 'Read a work intent',
  description: 'Needs `read` on it.',
  params,
  responses: { 200: workIntent },
  problems: ['not_found'],
});

const patchingState = {
  ...place,
  access: whoHas.write,
  path: '/api/v1/intents/{id}/state',
  summary: 'Change the state of a work intent',
  description: WRITERS,
  params,
  headers: ifMatch,
  body: statePatchRequest,
  responses: { 200: workIntent },
  problems: ['not_found', 'version_conflict', 'lease_conflict', 'governance_violation'],
} as const;
/** The same as `patchWorkIntentState`: OpenIntent's clients use either method. */
export const updateWorkIntentState = defineRoute({
  ...patchingState,
  operationId: 'updateWorkIntentState',
  method: 'POST',
});
/** Applies patches to the state, for the version that the caller has seen. */
export const patchWorkIntentState = defineRoute({
  ...patchingState,
  operationId: 'patchWorkIntentState',
  method: 'PATCH',
});

const settingStatus = {
  ...place,
  access: whoHas.admin,
  path: '/api/v1/intents/{id}/status',
  summary: 'Change the status of a work intent',
  description: `${ADMINS} From draft to active or abandoned; from active to blocked, completed or abandoned; from blocked to active or abandoned. Completed only when everything that it depends on is, and with the approvals that its governance asks for.`,
  params,
  headers: ifMatch,
  body: statusRequest,
  responses: { 200: workIntent },
  problems: ['not_found', 'version_conflict', 'governance_violation'],
} as const;
/** The same as `patchWorkIntentStatus`: OpenIntent's clients use either method. */
export const setWorkIntentStatus = defineRoute({
  ...settingStatus,
  operationId: 'setWorkIntentStatus',
  method: 'POST',
});
/** A step of its life, for the version that the caller has seen. */
export const patchWorkIntentStatus = defineRoute({
  ...settingStatus,
  operationId: 'patchWorkIntentStatus',
  method: 'PATCH',
});

/** For what agents want each other to know. */
export const logWorkIntentEvent = defineRoute({
  ...place,
  operationId: 'logWorkIntentEvent',
  access: `${whoHas.write}; \`admin\` to ask for arbitration and to record a decision`,
  method: 'POST',
  path: '/api/v1/intents/{id}/events',
  summary: 'Tell something about a work intent',
  description: 'Needs `write` on it, `arbitration_requested` and `decision_recorded` need `admin`.',
  params,
  body: workIntentEventRequest,
  responses: { 201: workIntentEvent },
  problems: ['not_found', 'version_conflict'],
});

/** What was told, and what Countersign recorded, in one list. */
export const listWorkIntentEvents = defineRoute({
  ...place,
  operationId: 'listWorkIntentEvents',
  access: whoHas.read,
  method: 'GET',
  path: '/api/v1/intents/{id}/events',
  summary: 'Read what happened to a work intent, the newest first',
  description:
    'Needs `read` on it; states and access lists in it with the level that shows them elsewhere. An answer ends before `limit` where events are large: go on with `offset` plus as many as have come, until none comes.',
  params,
  query: closed({ limit, offset, event_type: eventType.optional(), since: givenOpenIntentTime.optional() }),
  responses: { 200: z.array(workIntentEvent) },
  problems: ['not_found'],
});

/** Everything that an agent needs to begin, in one answer. */
export const getWorkIntentContext = defineRoute({
  ...place,
  operationId: 'getWorkIntentContext',
  access: whoHas.read,
  method: 'GET',
  path: '/api/v1/intents/{id}/context',
  summary: 'Read what is around a work intent, as far as one may',
  description:
    'Needs `read` on it. Of other intents it shows what one may read there as well; of all of it what the rule of the intent lets through.',
  params,
  responses: { 200: workIntentContext },
  problems: ['not_found'],
});

const ruling = {
  ...place,
  access: whoHas.admin,
  path: '/api/v1/intents/{id}/context-rule',
  params,
  responses: { 200: workIntentContextRule },
} as const;
/** For administrators; agents see what comes of it. */
export const getWorkIntentContextRule = defineRoute({
  ...ruling,
  operationId: 'getWorkIntentContextRule',
  method: 'GET',
  summary: 'Read which context of a work intent is shown',
  description: 'Needs `admin` on it.',
  problems: ['not_found'],
});
/** Narrows what agents are shown; it opens nothing. */
export const putWorkIntentContextRule = defineRoute({
  ...ruling,
  operationId: 'putWorkIntentContextRule',
  method: 'PUT',
  summary: 'Say which context of a work intent is shown',
  description: 'Needs `admin` on it. Whatever it says, nobody is shown more than their level allows.',
  body: workIntentContextRule,
  problems: ['not_found', 'version_conflict'],
});

/** For clients that look for the protocol before they have a key. */
export const discoverOpenIntent = defineRoute({
  operationId: 'discoverOpenIntent',
  method: 'GET',
  path: '/.well-known/openintent.json',
  service: 'gateway',
  summary: 'Read which protocol is spoken under /api/v1',
  open: true,
  responses: {
    200: z.object({
      protocol: z.string(),
      version: z.string(),
      rfcUrls: z.array(z.string()),
      capabilities: z.array(z.string()),
      openApiUrl: z.string(),
    }),
  },
  problems: [],
});

/** A work intent as it stands, in OpenIntent's shape. */
export type WorkIntent = Immutable<z.output<typeof workIntent>>;
/** A work intent to be made, in OpenIntent's words. Texts, constraints and state are sealed. */
export type WorkIntentRequest = Immutable<z.output<typeof workIntentRequest>>;
/** One change of a state. `path` is a name, or names separated by `/`. */
export type StatePatch = Immutable<z.output<typeof patch>>;
/** Something that was told or that happened, in OpenIntent's shape. */
export type WorkIntentEvent = Immutable<z.output<typeof workIntentEvent>>;
/** What an agent is told that works on an intent: no more than its level and the rule of the intent allow. */
export type WorkIntentContext = Immutable<z.output<typeof workIntentContext>>;
/** Another work intent, as far as one may see it. */
export type RelatedIntent = Immutable<z.output<typeof related>>;
/** What of what is around an intent agents are told, as workflow files write it. */
export type WorkIntentContextRule = Immutable<z.output<typeof workIntentContextRule>>;
