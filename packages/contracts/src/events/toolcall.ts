import { z } from 'zod';
import { closed } from '../closed.ts';
import { jsonObject, jsonValue } from '../json.ts';
import { usage } from '../vocabulary/call.ts';
import { actor, principal } from '../vocabulary/principal.ts';
import {
  code,
  digest,
  id,
  micros,
  milliseconds,
  position,
  ratio,
  timestamp,
  uuid,
} from '../vocabulary/scalars.ts';
import { errorText, reasoningText, reasonText } from '../vocabulary/text.ts';
import { toolActions } from '../vocabulary/tool.ts';
import { layers, obligations, policySet, reason } from '../vocabulary/verdict.ts';
import { type DataOf, eventsOf } from './define-event.ts';

const defineEvent = eventsOf({ topic: 'agent.tool', category: 'toolcall', service: 'gateway' });

/** Which arguments were named, not what they were: for facts that must outlive the arguments. */
const argumentsShape = digest.describe(
  'Keyed digest of the sorted argument names; equal for calls of the same shape, and says nothing without the key',
);

const parties = { tool_call_id: uuid, agent_id: id, user_id: id, tool_name: id };

/** The agent's choice; `confidence` 0 to 1. */
export const decisionMade = defineEvent({
  type: 'agent.decision.made',
  description: 'An agent chose a tool. Always the first event of a call.',
  data: {
    agent_id: id,
    user_id: id,
    tool_selected: id,
    confidence: ratio.nullable(),
    timestamp,
  },
  erasable: { reasoning: reasoningText.nullable() },
});

/** The call as it is decided on. `cost_micros` in millionths of the currency's unit. */
export const toolRequested = defineEvent({
  type: 'agent.tool.requested',
  description:
    'The call as it was announced, with what its tool declared at that moment. Cost and environment are the stricter of declaration and announcement; they are null for an undeclared tool.',
  data: {
    ...parties,
    arguments_digest: digest,
    arguments_shape: argumentsShape,
    tool_definition_hash: digest.nullable(),
    action: z.enum(toolActions).nullable(),
    cost_micros: micros.nullable(),
    environment: id.nullable(),
    confidence: ratio.nullable(),
    session_id: id.nullable(),
    intent_id: id.nullable(),
    requested_by: principal,
  },
  erasable: { arguments: jsonObject, reason: reasonText },
});

/** The permit. `kill_epoch`: the last switch event that the gateway knew of. */
export const toolAuthorized = defineEvent({
  type: 'agent.tool.authorized',
  description:
    'The call may run, once, before expires_at: this is the permit. Its token is never in an event.',
  data: {
    ...parties,
    arguments_digest: digest,
    tool_definition_hash: digest,
    policy_set: policySet,
    obligations,
    expires_at: timestamp,
    kill_epoch: position.nullable(),
  },
});

/** Somebody is about to execute: from here on the quota comes back only where it says that it did not. */
export const permitRedeemed = defineEvent({
  type: 'agent.permit.redeemed',
  description:
    'The permit was used, by the caller itself or by the executor that checked it. It cannot be used again.',
  data: {
    ...parties,
    by: principal,
    mode: z.enum(['self', 'executor']),
    kill_epoch: position.nullable(),
  },
});

/** What became of the execution. `latency_ms` as reported. */
export const toolCalled = defineEvent({
  type: 'agent.tool.called',
  description:
    'The outcome as reported. `late`: after the call had been abandoned. `unauthorized`: without a redeemed permit. `executed` false: the tool did not run and its quota is given back.',
  data: {
    ...parties,
    arguments_digest: digest,
    arguments_shape: argumentsShape,
    latency_ms: milliseconds.nullable(),
    success: z.boolean(),
    executed: z.boolean(),
    usage: usage.nullable(),
    late: z.boolean(),
    unauthorized: z.boolean(),
    reported_by: actor,
  },
  erasable: { arguments: jsonObject, result: jsonValue, error: errorText.nullable() },
});

/** Nobody redeemed the permit in its time. */
export const toolLapsed = defineEvent({
  type: 'agent.tool.lapsed',
  description: 'The permit expired unredeemed; the hold is released.',
  data: parties,
});

/** Somebody redeemed, and then said nothing: it counts as having run. */
export const toolAbandoned = defineEvent({
  type: 'agent.tool.abandoned',
  description: 'The permit was redeemed and no outcome came in time; the whole hold is committed.',
  data: parties,
});

/** The end of every call that may not run, for whoever watches for safety. */
export const safetyBlocked = defineEvent({
  type: 'agent.safety.blocked',
  topic: 'agent.safety',
  description:
    'The one final event of every refused call. `reason` is a code; `blocked_action` the tool; `context` says which layer and which rules.',
  data: {
    tool_call_id: uuid,
    reason: code,
    blocked_action: id,
    user: id,
    context: closed({
      agent_id: id,
      layer: z.enum(layers),
      rules: z.array(z.string().max(130)).describe('policy/rule of every rule that fired against the call'),
      reasons: z.array(reason),
      tool_action: z.enum(toolActions).nullable(),
      environment: id.nullable(),
      kill_switch_id: uuid.nullable(),
    }),
  },
});

/** The clear data of `agent.decision.made`. */
export type DecisionMade = DataOf<typeof decisionMade>;
/** The clear data of `agent.tool.requested`. */
export type ToolRequested = DataOf<typeof toolRequested>;
/** The clear data of `agent.tool.authorized`. */
export type ToolAuthorized = DataOf<typeof toolAuthorized>;
/** The clear data of `agent.permit.redeemed`. */
export type PermitRedeemed = DataOf<typeof permitRedeemed>;
/** The clear data of `agent.tool.called`. */
export type ToolCalled = DataOf<typeof toolCalled>;
/** The clear data of `agent.tool.lapsed`. */
export type ToolLapsed = DataOf<typeof toolLapsed>;
/** The clear data of `agent.tool.abandoned`. */
export type ToolAbandoned = DataOf<typeof toolAbandoned>;
/** The clear data of `agent.safety.blocked`. */
export type SafetyBlocked = DataOf<typeof safetyBlocked>;
