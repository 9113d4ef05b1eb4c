import type { z } from 'zod';
import { closed } from '../closed.ts';
import { outcomeFields, ranIfSucceeded } from '../http/outcome.ts';
import { permitRequest } from '../http/permits.ts';
import { toolCallRequest } from '../http/tool-calls.ts';
import type { Immutable } from '../immutable.ts';
import { uuid } from '../vocabulary/scalars.ts';

/** The topic on which agents say what they want. Its records are keyed by agent, those of all others by organization. */
export const INTENT_TOPIC = 'agent.intents';

/** How far the time of an intent may be from that of whoever takes it, either way. */
export const MAX_INTENT_SKEW_MS = 300_000;

/** What an agent may put on the topic: its type, and what its data is. */
export interface IntentDefinition<Type extends string = string, Data extends z.ZodType = z.ZodType> {
  readonly type: Type;
  readonly version: number;
  /** One sentence for the generated documents. */
  readonly description: string;
  readonly data: Data;
}

const tool_call_id = uuid.describe('the call, whose agent signs');

/** What agents may write to `agent.intents`, by its type. */
export const intents = {
  'agent.intent.announced': {
    type: 'agent.intent.announced',
    version: 1,
    description:
      'A call that the agent wants to make: the body of `POST /v1/tool-calls`. The id of the event is the idempotency key, and the `causationid` of `agent.tool.requested`. Nobody waits for an answer here: `wait_ms` says nothing.',
    data: toolCallRequest,
  },
  'agent.permit.redeem': {
    type: 'agent.permit.redeem',
    version: 1,
    description:
      'Uses the permit of a call up: the call, and the body of `POST /v1/permits/redeem` without the permit.',
    data: closed({ tool_call_id, arguments: permitRequest.shape.arguments }),
  },
  'agent.tool.reported': {
    type: 'agent.tool.reported',
    version: 1,
    description:
      'What became of a call: the call, and the body of `POST /v1/tool-calls/{id}/outcome` without the permit.',
    data: closed({ tool_call_id, ...outcomeFields })
      .refine(...ranIfSucceeded)
      .meta({ id: 'ToolReported' }),
  },
} as const satisfies Readonly<Record<string, IntentDefinition>>;

/** A type that an agent may write. */
export type IntentType = keyof typeof intents;

/** The data of an intent, read. */
export type IntentData<Type extends IntentType> = Immutable<z.output<(typeof intents)[Type]['data']>>;

/** The definition of an intent's type, or undefined for a name that is none. */
export function findIntent(type: string): (typeof intents)[IntentType] | undefined {
  return Object.hasOwn(intents, type) ? intents[type as IntentType] : undefined;
}

/** The path under which the JSON Schema of an intent's data lies. */
export function intentSchemaPath({ type, version }: Pick<IntentDefinition, 'type' | 'version'>): string {
  return `/schemas/intents/${type}.v${version}.json`;
}
