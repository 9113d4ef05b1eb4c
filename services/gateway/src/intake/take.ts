import type { Principal } from '@countersign/access';
import { describeZodErrors, type IntentData, intents, MAX_INTENT_SKEW_MS } from '@countersign/contracts';
import type { Directory } from '@countersign/directory';
import { type JsonObject, streamName } from '@countersign/event-sourcing';
import type { RecordedEvent } from '@countersign/event-store';
import { isProblem, parseStrictJson } from '@countersign/http';
import type { BusRecord } from '@countersign/message-bus';
import { type ServiceDependencies, storeProblem } from '@countersign/service';
import type { Announcing } from '../toolcall/announcing.ts';
import type { RecordOutcome } from '../toolcall/outcome.ts';
import type { Permits } from '../toolcall/permits.ts';
import type { CallRow } from '../views/call-row.ts';
import type { SignedIntent } from './read-intent.ts';
import { refused, TAKEN, type Taken, takenUnless } from './verdict.ts';
import { causeOf } from './was-taken.ts';

interface TakeDependencies {
  readonly service: Pick<ServiceDependencies, 'store' | 'clock'>;
  readonly directory: Directory;
  readonly announcing: Announcing;
  readonly redeemOf: Permits['redeemOf'];
  readonly recordOutcome: RecordOutcome;
  readonly findCall: (id: string) => Promise<CallRow | undefined>;
  /** Resolves when the calls view has seen everything up to a position. */
  readonly reachedViews: (position: number) => Promise<void>;
}

/** An intent that is known to be the agent's. */
export interface OwnIntent {
  readonly intent: SignedIntent;
  readonly principal: Principal;
  readonly record: BusRecord;
}

/** Does what an agent wants, by the same deciders as HTTP. */
export function createTake(deps: TakeDependencies): (own: OwnIntent) => Promise<Taken> {
  const { store, clock } = deps.service;

  const eventsOf = (callId: string): Promise<RecordedEvent[]> =>
    store.read(streamName('toolcall', callId), { visibility: 'accepted' });

  /** The agent's call, as it stands in the ledger now, and its events; none where it is somebody else's. */
  const callOf = async (id: string, { id: agentId, organization }: Principal) => {
    const events = await eventsOf(id);
    // Another gateway may have gone on with it: this one's view must have seen that too.
    await deps.reachedViews(events.at(-1)?.position ?? 0);
    const call = await deps.findCall(id);
    const own = call?.organization === organization && call.agent_id === agentId;
    return own ? { call, events } : null;
  };

  /**
   * Whether the event that an intent leads to is there: made of this very record, which Kafka has delivered again, or of
   * another with its id. Events carry the id of the intent, and theirs are made of the record's place.
   */
  const standing = async (event: RecordedEvent | undefined, own: OwnIntent): Promise<Taken | null> => {
    const cause = causeOf(own.intent, own.record);
    if (event?.metadata.id === cause.eventId(0)) {
      await store.whenDurable(event.position);
      return TAKEN;
    }
    return event?.metadata.causation === cause.causation
      ? refused('replayed', 'another record with this id was taken')
      : null;
  };

  const announce = async (own: OwnIntent, body: IntentData<'agent.intent.announced'>): Promise<Taken> => {
    const { principal, intent } = own;
    if (body.agent_id !== principal.id)
      return refused('wrong_key', 'the key of the record is not the agent that the data names');
    const announceable = deps.announcing({
      principal,
      body,
      idempotencyKey: intent.attributes.id,
      traceparent: intent.traceparent,
    });
    if (isProblem(announceable)) return takenUnless(announceable);
    const handled = await announceable.append(causeOf(own.intent, own.record));
    if (handled.kind === 'failed') return takenUnless(storeProblem(handled.error));
    const lost = await handled.durable();
    if (lost) return takenUnless(storeProblem(lost));
    if (handled.kind === 'handled' && handled.events.length > 0) return TAKEN;
    const [first] = await eventsOf(announceable.id);
    return (
      (await standing(first, own)) ?? refused('replayed', 'the id was used before, as an Idempotency-Key')
    );
  };

  const redeem = async (own: OwnIntent, data: IntentData<'agent.permit.redeem'>): Promise<Taken> => {
    const found = await callOf(data.tool_call_id, own.principal);
    const redeemed = found?.events.find(({ type }) => type === 'permit-redeemed.v1');
    const before = await standing(redeemed, own);
    if (before) return before;
    const args = data.arguments as JsonObject;
    return takenUnless(
      await deps.redeemOf(found?.call ?? null, args, own.principal, causeOf(own.intent, own.record)),
    );
  };

  const report = async (own: OwnIntent, data: IntentData<'agent.tool.reported'>): Promise<Taken> => {
    const found = await callOf(data.tool_call_id, own.principal);
    if (!found?.call.permit)
      return refused('permit_invalid', 'it is no call of this agent that has a permit');
    const called = found.events.find(({ type }) => type === 'tool-called.v1');
    const before = await standing(called, own);
    if (before) return before;
    const answer = await deps.recordOutcome(found.call, data, own.principal, causeOf(own.intent, own.record));
    // Recorded, though no permit covered the execution.
    const recorded = isProblem(answer) && 'unauthorized' in answer;
    return recorded ? TAKEN : takenUnless(answer);
  };

  /** Intents are not acted upon late; an outcome is a fact, and late only if it was put on the topic late. */
  const isStale = ({ intent: { attributes }, record }: OwnIntent): boolean => {
    const now = attributes.type === 'agent.tool.reported' ? record.timeMs : clock.nowMs();
    return Math.abs(now - Date.parse(attributes.time)) > MAX_INTENT_SKEW_MS;
  };

  const dispatch = async (own: OwnIntent, data: unknown): Promise<Taken> => {
    const { type } = own.intent.attributes;
    if (isStale(own))
      return refused('stale', `ce_time is further than ${MAX_INTENT_SKEW_MS / 60_000} minutes from now`);
    if (type === 'agent.tool.reported') return report(own, data as IntentData<typeof type>);
    if (!deps.directory.agent(own.principal.organization, own.principal.id)?.enabled)
      return refused('agent_disabled', 'the agent is disabled');
    if (type === 'agent.permit.redeem') return redeem(own, data as IntentData<typeof type>);
    return announce(own, data as IntentData<typeof type>);
  };

  return async (own) => {
    const json = parseStrictJson(own.intent.data);
    if (!json.ok) return refused(json.code, json.detail);
    const read = intents[own.intent.attributes.type].data.safeParse(json.value);
    if (read.success) return dispatch(own, read.data);
    const [first] = describeZodErrors(read.error);
    return refused('invalid_request', `${first?.pointer || 'the data'}: ${first?.detail}`);
  };
}
