import type { ToolCallRequest } from '@countersign/contracts';
import { type Disclosure, type JsonObject, streamName } from '@countersign/event-sourcing';
import type { EventStore } from '@countersign/event-store';
import { isOpenError, isSameJson, openDisclosure, type Sealer } from '@countersign/sealing';
import { scoreOf } from './confidence.ts';
import { upcastToolCall } from './upcast.ts';

interface FirstAnnouncement {
  readonly data: JsonObject;
  readonly fields: { readonly [name: string]: unknown } | null;
  readonly salt: string | null;
}

/** The announcement that took the key. After an erasure its words can't be compared any more: the key stands for it. */
export async function firstAnnouncement(
  store: EventStore,
  sealer: Sealer,
  id: string,
): Promise<FirstAnnouncement | 'unavailable' | null> {
  const [decision, request] = (
    await store.read(streamName('toolcall', id), {
      limit: 2,
      visibility: 'accepted',
    })
  ).map(upcastToolCall);
  if (!decision || !request) return null;
  const thought = await sealer.open(decision);
  const asked = await sealer.open(request);
  if (isOpenError(thought) || isOpenError(asked)) return 'unavailable';
  if (thought.erased || asked.erased) return { data: request.data, fields: null, salt: null };
  const argumentsDisclosure = asked.disclosures.find(({ name }) => name === 'arguments');
  return {
    data: request.data,
    fields: { ...thought.fields, ...asked.fields },
    salt: argumentsDisclosure ? saltOf(argumentsDisclosure) : null,
  };
}

/** Whether a repeat says what the first announcement said; how long it waits is not part of that. */
export function isSameAnnouncement(
  fields: FirstAnnouncement['fields'],
  data: JsonObject,
  body: ToolCallRequest,
): boolean {
  const claims = data.claims as JsonObject;
  const clear =
    data.agent_id === body.agent_id &&
    data.tool_name === body.tool_name &&
    claims.user_id === (body.user_id ?? null) &&
    claims.cost_micros === (body.cost_micros ?? null) &&
    claims.environment === (body.environment ?? null) &&
    data.confidence_score === scoreOf(body.confidence) &&
    data.session_id === (body.session_id ?? null) &&
    data.intent_id === (body.intent_id ?? null) &&
    data.redeem === body.redeem;
  if (!clear || fields === null) return clear;
  return (
    fields.reason === body.reason &&
    (fields.reasoning ?? null) === (body.reasoning ?? null) &&
    isSameJson(fields.arguments, body.arguments)
  );
}

/** The salt of a disclosure, with which its digest can be recomputed. */
export function saltOf(disclosure: Disclosure): string | null {
  const opened = openDisclosure(disclosure.encoded);
  return 'salt' in opened ? opened.salt : null;
}
