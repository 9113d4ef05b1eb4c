import { intents } from '@countersign/contracts';
import { callIdFromKey, reactionId, streamName } from '@countersign/event-sourcing';
import type { EventStore } from '@countersign/event-store';
import { parseStrictJson } from '@countersign/http';
import type { BusRecord } from '@countersign/message-bus';
import type { Cause } from '../toolcall/announcing.ts';
import type { SignedIntent } from './read-intent.ts';

/** The consumer group of all gateways on `agent.intents`. */
export const INTAKE_GROUP = 'gateway.intents.v1';

/** Ids of what an intent leads to, made of its place and name: delivered again it leads to the same. */
export function causeOf(
  { attributes: { id } }: SignedIntent,
  { topic, partition, offset }: BusRecord,
): Cause {
  const place = `${topic}/${partition}/${offset}/${id}`;
  return { causation: id, eventId: (index) => reactionId(place, INTAKE_GROUP, index) };
}

/** Whether this very record was taken before, which Kafka has delivered again; not before that is durable. */
export type WasTaken = (intent: SignedIntent, record: BusRecord) => Promise<boolean>;

/** By the ledger: what was taken has left an event there whose id is made of the record's place. */
export function createWasTaken(store: Pick<EventStore, 'read' | 'whenDurable'>): WasTaken {
  return async (intent, record) => {
    const callId = callIdOf(intent);
    if (callId === null) return false;
    const events = await store.read(streamName('toolcall', callId), { visibility: 'accepted' });
    const first = causeOf(intent, record).eventId(0);
    const event = events.find(({ metadata }) => metadata.id === first);
    if (event) await store.whenDurable(event.position);
    return event !== undefined;
  };
}

/** The call that an intent makes, or is about; `null` where it names none, and so was never taken. */
function callIdOf({ attributes: { type, id }, organization, agentId, data }: SignedIntent): string | null {
  if (type === 'agent.intent.announced') return callIdFromKey(organization, `agent:${agentId}`, id);
  const json = parseStrictJson(data);
  const read = json.ok ? intents[type].data.safeParse(json.value) : null;
  return read?.success ? read.data.tool_call_id : null;
}
