import { z } from 'zod';
import { jsonObject, jsonValue } from '../json.ts';
import { MAX_DEPENDENCIES, MAX_INJECTED, MAX_POINTER_CHARS } from '../limits.ts';
import { governancePolicy } from '../vocabulary/governance.ts';
import { actor } from '../vocabulary/principal.ts';
import { id, uuid } from '../vocabulary/scalars.ts';
import { descriptionText, nameText, reasonText } from '../vocabulary/text.ts';
import { contextModes, contextParts, toldEventTypes, workIntentStatuses } from '../vocabulary/work-intent.ts';
import { type DataOf, eventsOf } from './define-event.ts';

const defineEvent = eventsOf({ topic: 'agent.control', category: 'workintent', service: 'policy-engine' });

const status = z.enum(workIntentStatuses);

/** Counts what changes an intent: its state and its status, not what is told about it. */
const version = z.int().min(1);

/** The first event of every work intent; it is version 1. */
export const workIntentCreated = defineEvent({
  type: 'workintent.created',
  description: 'A work intent exists, as a draft. Its access list is another stream, which began before it.',
  data: {
    intent_id: uuid,
    namespace: id.nullable(),
    parent_intent_id: uuid.nullable(),
    depends_on: z.array(uuid).max(MAX_DEPENDENCIES),
    inherit_access: z.boolean().optional().describe('older events do not say'),
    governance_policy: governancePolicy.optional().describe('what it is governed by from the beginning'),
    by: actor,
  },
  erasable: { title: nameText, description: descriptionText, constraints: jsonObject, state: jsonObject },
});

/** The patches and what they made: nobody has to replay patches. */
export const workIntentStateChanged = defineEvent({
  type: 'workintent.state_changed',
  description: 'Patches were applied to the state of a work intent. `state` is the whole of it afterwards.',
  data: { intent_id: uuid, version, by: actor },
  erasable: { patches: jsonValue, state: jsonObject },
});

/** A step of the life of a work intent. */
export const workIntentStatusChanged = defineEvent({
  type: 'workintent.status_changed',
  description: 'A work intent went from one status to another.',
  data: {
    intent_id: uuid,
    version,
    from: status,
    to: status,
    approvals: z
      .array(uuid)
      .optional()
      .describe('those that a completion rests on, where its governance asks for any; each serves once'),
    by: actor,
  },
  erasable: { reason: reasonText.nullable() },
});

/** For agents that work on the same thing; nothing is decided by it. */
export const workIntentEventLogged = defineEvent({
  type: 'workintent.event_logged',
  description: 'Somebody told something about a work intent; nothing follows from it.',
  data: { intent_id: uuid, event_type: z.enum(toldEventTypes), by: actor },
  erasable: { payload: jsonObject, trace_id: nameText.nullable(), parent_event_id: nameText.nullable() },
});

/** The rule by which agents are shown what is around the work intent. */
export const workIntentContextSet = defineEvent({
  type: 'workintent.context_set',
  description:
    'What agents are told of what is around a work intent: `auto` what their level allows, `none` nothing, `parts` these alone, `inject` these entries of its state alone.',
  data: {
    intent_id: uuid,
    mode: z.enum(contextModes),
    parts: z.array(z.enum(contextParts)).max(contextParts.length).describe('empty unless `mode` is `parts`'),
    by: actor,
  },
  erasable: { inject: z.array(z.string().min(1).max(MAX_POINTER_CHARS)).max(MAX_INJECTED) },
});

/** The clear data of `workintent.created`. */
export type WorkIntentCreated = DataOf<typeof workIntentCreated>;
/** The clear data of `workintent.state_changed`. */
export type WorkIntentStateChanged = DataOf<typeof workIntentStateChanged>;
/** The clear data of `workintent.status_changed`. */
export type WorkIntentStatusChanged = DataOf<typeof workIntentStatusChanged>;
/** The clear data of `workintent.event_logged`. */
export type WorkIntentEventLogged = DataOf<typeof workIntentEventLogged>;
/** The clear data of `workintent.context_set`. */
export type WorkIntentContextSet = DataOf<typeof workIntentContextSet>;
