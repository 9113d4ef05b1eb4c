import { frozenCopy } from '../json/frozen-copy.ts';
import type { JsonObject } from '../json/json-value.ts';
import { isJsonObject } from '../json/json-value.ts';
import type { ToolCallRequest } from '../model/tool-call.ts';
import { type CountersignProblem, type FieldError, localProblem } from '../problem.ts';
import { uuidV7 } from '../uuid-v7.ts';
import type { GuardedCall } from './guarded-call.ts';
import { unknownMembers } from './known-members.ts';

/** A call that can be announced; the same call under the same key always makes the same body. */
export interface Prepared {
  readonly ok: true;
  readonly key: string;
  /** Whether the key was made here, just now. */
  readonly fresh: boolean;
  /** The body, frozen; its `arguments` are what is executed. */
  readonly body: ToolCallRequest;
}

/** A call that cannot be announced, and everything that is wrong with it. */
interface Unprepared {
  readonly ok: false;
  readonly key: string;
  readonly problem: CountersignProblem;
}

/** Turns what the caller gave into a frozen body, or names everything that is wrong with it. */
export function prepare(
  call: GuardedCall,
  defaultAgentId: string | undefined,
  options: object,
  waitMs: number,
): Prepared | Unprepared {
  const key = call.key ?? uuidV7();
  const agentId = call.agentId ?? defaultAgentId;
  const copy = frozenCopy({
    agent_id: agentId,
    tool_name: call.tool,
    arguments: call.arguments,
    reason: call.reason,
    user_id: call.userId,
    reasoning: call.reasoning,
    confidence: call.confidence,
    session_id: call.sessionId,
    intent_id: call.intentId,
    cost_micros: call.costMicros,
    environment: call.environment,
    redeem: true,
  });
  const errors: FieldError[] = copy.ok ? [] : [...copy.errors];
  if (agentId === undefined) errors.push({ pointer: '/agent_id', detail: 'give it here or to connect' });
  if (copy.ok && !isJsonObject((copy.value as JsonObject).arguments)) {
    errors.push({ pointer: '/arguments', detail: 'must be a plain object' });
  }
  if (!/^[\x21-\x7e]{1,255}$/.test(key)) {
    errors.push({ pointer: '/key', detail: 'must be 1 to 255 visible ASCII characters, such as a UUID' });
  }
  errors.push(...unknownMembers(call, options));
  if (!(waitMs >= 0)) errors.push({ pointer: '/waitMs', detail: 'must be 0 or more milliseconds' });
  if (!copy.ok || errors.length > 0) {
    const detail = 'the call cannot be sent as it is; nothing was sent';
    return { ok: false, key, problem: localProblem('invalid_request', detail, { errors }) };
  }
  return { ok: true, key, fresh: call.key === undefined, body: copy.value as unknown as ToolCallRequest };
}
