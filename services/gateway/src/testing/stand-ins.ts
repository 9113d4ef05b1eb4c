import { type PublicEventType, publicEvents } from '@countersign/contracts';
import { type JsonObject, streamName } from '@countersign/event-sourcing';
import { type EventStore, isStoreError } from '@countersign/event-store';
import type { Message, MessageBus } from '@countersign/message-bus';
import { type Publications, publishAs } from '@countersign/service';
import { type ManualClock, seededIds } from '@countersign/testing';
import { fixtureData } from './messages.ts';

/** What the gateway reads of others. */
const TYPES = [
  'agent.tool.evaluated',
  'agent.approval.requested',
  'agent.approval.granted',
  'agent.approval.denied',
  'agent.approval.expired',
  'agent.approval.voided',
  'agent.quota.reserved',
  'agent.quota.denied',
  'plan.published',
  'policy.published',
  'acl.created',
  'accessreview.set',
] as const satisfies readonly PublicEventType[];

type StandInType = (typeof TYPES)[number];

const storedName = (type: StandInType) => `stand-in:${type}`;

/** Stand-ins for the events of the other services, published as those publish theirs. */
export const standInPublications: Publications = TYPES.map((type) =>
  publishAs(publicEvents[type], storedName(type)),
);

/** What the stand-ins make of an announced call; `null`: nothing, they are silent. */
export type Judgement = 'allow' | 'deny' | 'require_approval' | 'throttle' | null;

/** Plays policy-engine, approval-service and meter-service: appends their events as they would. */
export function createStandIns(store: EventStore, clock: ManualClock) {
  const ids = seededIds(clock, 7);

  const write = async (
    type: StandInType,
    to: { readonly organization: string; readonly id: string; readonly call?: string },
    change: JsonObject,
  ): Promise<void> => {
    const stream = streamName(publicEvents[type].category, to.id);
    const { length } = await store.read(stream, { visibility: 'accepted' });
    const receipt = store.append(stream, length === 0 ? 'no-stream' : length, [
      {
        type: storedName(type),
        data: { ...fixtureData(type), ...change },
        metadata: {
          id: ids.next(),
          time: new Date(clock.nowMs()).toISOString(),
          organization: to.organization,
          ...(to.call ? { correlation: to.call } : {}),
        },
      },
    ]);
    const appended = await receipt.accepted;
    if (isStoreError(appended)) throw new Error(appended.code);
  };
  const ofCall = (type: StandInType, call: string, change: JsonObject = {}, organization = 'default') =>
    write(type, { organization, id: call, call }, { tool_call_id: call, ...change });
  const ofMeter = (type: StandInType, call: string, change: JsonObject = {}, organization = 'default') =>
    write(type, { organization, id: `${organization}-1`, call }, { tool_call_id: call, ...change });

  const standIns = {
    evaluates: (call: string, change: JsonObject, organization?: string) =>
      ofCall('agent.tool.evaluated', call, { reasons: [], obligations: {}, ...change }, organization),
    asks: (call: string, organization?: string) =>
      ofCall(
        'agent.approval.requested',
        call,
        { expires_at: new Date(clock.nowMs() + 60_000).toISOString() },
        organization,
      ),
    answers: (call: string, how: 'granted' | 'denied' | 'expired') => ofCall(`agent.approval.${how}`, call),
    voids: (call: string, cause: string) => ofCall('agent.approval.voided', call, { cause }),
    reserves: (call: string, organization?: string) =>
      ofMeter('agent.quota.reserved', call, {}, organization),
    throttles: (call: string) =>
      ofMeter('agent.quota.denied', call, {
        which: { kind: 'throttle', name: 'include:tool_calls' },
        retry_after_ms: 1_500,
      }),
    /** A work intent begins with these entries. */
    listsAccess: (organization: string, intent: string, entries: readonly JsonObject[]) =>
      write(
        'acl.created',
        { organization, id: `${organization}:intent:${intent}` },
        {
          ...{ resource: { kind: 'intent', id: intent }, namespace: null },
          ...{ default_policy: 'closed', default_level: 'read', entries: [...entries] },
        },
      ),
    /** An access review that names these approvers. */
    reviewsAccess: (organization: string, intent: string, ...approvers: readonly string[]) =>
      write(
        'accessreview.set',
        { organization, id: `${organization}:intent:${intent}` },
        { resource: { kind: 'intent', id: intent }, approvers: [...approvers] },
      ),
    /** A policy that names these approvers. */
    publishesPolicy: (organization: string, ...approvers: readonly string[]) =>
      write(
        'policy.published',
        { organization, id: `${organization}:asks` },
        { policy_id: 'asks', text: `approvers: ${JSON.stringify(approvers)}` },
      ),
    publishesPlan: (slug: string, plan: JsonObject = { description: 'any' }) =>
      write('plan.published', { organization: 'default', id: slug }, { slug, plan }),

    /** What becomes of an announced call, all at once. */
    async judges(call: string, judgement: Exclude<Judgement, null>, organization?: string): Promise<void> {
      const denies = [{ layer: 'policy', code: 'deny', message: 'not at night' }];
      const change =
        judgement === 'deny'
          ? { verdict: judgement, reasons: denies }
          : { verdict: judgement === 'require_approval' ? judgement : 'allow' };
      await standIns.evaluates(call, change, organization);
      if (judgement === 'allow') await standIns.reserves(call, organization);
      if (judgement === 'throttle') await standIns.throttles(call);
      if (judgement === 'require_approval') await standIns.asks(call, organization);
    },
    /** Judges every call that is announced from now on. */
    follow(bus: MessageBus, judgementOf: (requested: Message) => Judgement) {
      return bus.follow({ topics: ['agent.tool'], after: store.acceptedPosition }, async (messages) => {
        for (const message of messages) {
          if (message.type !== 'agent.tool.requested') continue;
          const judgement = judgementOf(message);
          if (judgement) await standIns.judges(String(message.correlation), judgement, message.organization);
        }
      });
    },
  };
  return standIns;
}

/** What `createStandIns` makes. */
export type StandIns = ReturnType<typeof createStandIns>;
