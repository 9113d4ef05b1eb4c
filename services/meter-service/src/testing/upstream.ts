import { readFileSync } from 'node:fs';
import { type PublicEventType, publicEvents, schemasDirectory } from '@countersign/contracts';
import type { JsonObject } from '@countersign/event-sourcing';
import { type EventStore, isStoreError } from '@countersign/event-store';
import { type Publications, publishAs } from '@countersign/service';
import { type ManualClock, seededIds } from '@countersign/testing';

/** What the meter-service reads of others, each with the golden fixture that a stand-in is made from. */
const FIXTURES = {
  'organization.created': 'typical',
  'organization.plan_changed': 'typical',
  'user.registered': 'sealed',
  'agent.registered': 'sealed',
  'agent.disabled': 'sealed',
  'agent.enabled': 'sealed',
  'agent.tool.evaluated': 'sealed',
  'agent.tool.called': 'sealed',
  'agent.tool.lapsed': 'typical',
  'agent.tool.abandoned': 'typical',
  'agent.safety.blocked': 'denied',
} as const satisfies { readonly [Type in PublicEventType]?: string };

type UpstreamType = keyof typeof FIXTURES;

const storedName = (type: UpstreamType) => `upstream:${type}`;

/** Stand-ins for the events of other services, published as those publish theirs. */
export const upstreamPublications: Publications = (Object.keys(FIXTURES) as UpstreamType[]).map((type) =>
  publishAs(publicEvents[type], storedName(type)),
);

/** A call's id out of a small number. */
export function callId(number: number): string {
  return `01a1fd5a-0e60-7260-a743-${String(number).padStart(12, '0')}`;
}

/** An allowed call, as a test wants it. */
export interface AllowedCall {
  readonly organization?: string;
  readonly project?: string;
  readonly user?: string;
  readonly cost?: number;
  readonly verdict?: 'allow' | 'deny' | 'require_approval';
  readonly phase?: 'request' | 'release';
  /** RFC 3339; default now. */
  readonly time?: string;
}

/** Plays the other services: appends their events to the ledger as they would, at the clock's time. */
export function createUpstream(store: EventStore, clock: ManualClock) {
  const ids = seededIds(clock, 7);

  const write = async (
    type: UpstreamType,
    to: {
      readonly organization: string;
      readonly id: string;
      readonly call?: string;
      readonly time?: string;
    },
    change: (data: JsonObject) => JsonObject,
  ): Promise<void> => {
    const stream = `${publicEvents[type].category}-${to.id}`;
    const { length } = await store.read(stream, { visibility: 'accepted' });
    const time = to.time ?? new Date(clock.nowMs()).toISOString();
    const receipt = store.append(stream, length === 0 ? 'no-stream' : length, [
      {
        type: storedName(type),
        data: change(fixtureData(type)),
        metadata: {
          id: ids.next(),
          time,
          organization: to.organization,
          ...(to.call ? { correlation: to.call } : {}),
        },
      },
    ]);
    const appended = await receipt.durable;
    if (isStoreError(appended)) throw new Error(appended.code);
  };

  const ofCall = (type: UpstreamType, call: number, change: JsonObject = {}, organization = 'acme') => {
    const id = callId(call);
    return write(type, { organization, id, call: id }, (data) => ({ ...data, tool_call_id: id, ...change }));
  };

  return {
    organization: (id: string, plan: string, calendar: { zone?: string; anchor_day?: number } = {}) =>
      write('organization.created', { organization: id, id }, (data) => ({
        ...data,
        organization_id: id,
        plan,
        ...calendar,
      })),
    changePlan: (id: string, plan: string) =>
      write('organization.plan_changed', { organization: id, id }, (data) => ({
        ...data,
        organization_id: id,
        plan,
      })),
    user: (id: string, organization = 'acme') =>
      write('user.registered', { organization, id: `${organization}:${id}` }, (data) => ({
        ...data,
        user_id: id,
      })),
    agent: (id: string, at: { project?: string; owner?: string } = {}, organization = 'acme') =>
      write('agent.registered', { organization, id: `${organization}:${id}` }, (data) => ({
        ...data,
        agent_id: id,
        project: at.project ?? 'default',
        owner: at.owner ?? 'alice',
      })),
    agentIs: (state: 'disabled' | 'enabled', id: string, organization = 'acme') =>
      write(`agent.${state}`, { organization, id: `${organization}:${id}` }, (data) => ({
        ...data,
        agent_id: id,
      })),
    evaluated(call: number, as: AllowedCall = {}) {
      const { organization = 'acme', project = 'default', user = 'alice', cost = 0 } = as;
      const { verdict = 'allow', phase = 'request', time } = as;
      const id = callId(call);
      return write(
        'agent.tool.evaluated',
        { organization, id, call: id, ...(time ? { time } : {}) },
        (data) => {
          const facts = data.facts as { readonly tool: JsonObject; readonly user: JsonObject };
          const scope = { organization, workspace: 'default', project };
          const changed = {
            tool: { ...facts.tool, cost_micros: cost },
            user: { ...facts.user, id: user },
            scope,
          };
          return { ...data, tool_call_id: id, phase, verdict, facts: { ...facts, ...changed } };
        },
      );
    },
    called: (call: number, outcome: JsonObject = {}) =>
      ofCall('agent.tool.called', call, {
        usage: null,
        executed: true,
        late: false,
        unauthorized: false,
        ...outcome,
      }),
    lapsed: (call: number) => ofCall('agent.tool.lapsed', call),
    abandoned: (call: number) => ofCall('agent.tool.abandoned', call),
    blocked: (call: number, reason: string) => ofCall('agent.safety.blocked', call, { reason }),
  };
}

/** What `createUpstream` makes. */
export type Upstream = ReturnType<typeof createUpstream>;

function fixtureData(type: UpstreamType): JsonObject {
  const file = new URL(`fixtures/public/${type}.v1.${FIXTURES[type]}.json`, schemasDirectory);
  return JSON.parse(readFileSync(file, 'utf8')).data;
}
