import { readFileSync } from 'node:fs';
import { type PublicEventType, publicEvents, schemasDirectory } from '@countersign/contracts';
import { type JsonObject, streamName } from '@countersign/event-sourcing';
import { type EventStore, isStoreError, type RecordedEvent } from '@countersign/event-store';
import { createDiscloser, type Sealer } from '@countersign/sealing';
import { edgeMetadata, type Publications, personal, publishAs } from '@countersign/service';
import { type ManualClock, seededIds } from '@countersign/testing';

/** Some of what others write, each with the golden fixture that a stand-in is made from. */
const FIXTURES = {
  'agent.decision.made': 'sealed',
  'agent.tool.requested': 'sealed',
  'agent.tool.evaluated': 'sealed',
  'agent.safety.blocked': 'denied',
  'retention.flushed': 'typical',
  'user.registered': 'sealed',
  'plan.published': 'typical',
  'agent.quota.configured': 'first',
  'agent.quota.reserved': 'typical',
} as const satisfies { readonly [Type in PublicEventType]?: string };

/** An event of another service that specs may publish. */
export type StandInType = keyof typeof FIXTURES;

/** All of them. */
export const STAND_IN_TYPES = Object.keys(FIXTURES) as StandInType[];

const storedName = (type: StandInType) => `upstream:${type}`;

/** Stand-ins for the events of other services, published as those publish theirs. */
export const standInPublications: Publications = STAND_IN_TYPES.map((type) =>
  publishAs(publicEvents[type], storedName(type)),
);

const fixtures = new Map<StandInType, JsonObject>();

function fixtureData(type: StandInType): JsonObject {
  const known = fixtures.get(type);
  if (known) return known;
  const file = new URL(`fixtures/public/${type}.v1.${FIXTURES[type]}.json`, schemasDirectory);
  const { data } = JSON.parse(readFileSync(file, 'utf8'));
  fixtures.set(type, data);
  return data;
}

/** The id of a call out of a small number. */
export function callId(number: number): string {
  return `01a1fd5a-0e60-7260-a743-${String(number).padStart(12, '0')}`;
}

/** Where an event stands and what it says, beside its type. */
export interface Place {
  readonly organization?: string;
  /** Of a call's events: which one. */
  readonly call?: number;
  /** The id of the stream; default that of the call. */
  readonly id?: string;
  readonly change?: JsonObject;
  /** Free text that is sealed under `alice`. */
  readonly text?: string;
}

/** Plays the other services: appends their events to the ledger as they would, at the clock's time. */
export function createUpstream(store: EventStore, clock: ManualClock, sealer: Sealer) {
  const ids = seededIds(clock, store.acceptedPosition + 7);
  const disclose = createDiscloser();

  const appendAll = async (
    types: readonly [StandInType, ...StandInType[]],
    { organization = 'acme', call, id = call === undefined ? 'one' : callId(call), change, text }: Place,
  ): Promise<readonly RecordedEvent[]> => {
    const stream = streamName(publicEvents[types[0]].category, id);
    const { length } = await store.read(stream, { visibility: 'accepted' });
    const facts = types.map((type) => ({
      type: storedName(type),
      data: { ...fixtureData(type), ...change },
      ...(text === undefined ? {} : { personal: personal('alice', disclose('reasoning', text)) }),
    }));
    const metadata = edgeMetadata(
      { clock, ids },
      { organization, ...(call === undefined ? {} : { correlation: callId(call) }) },
    );
    const sealed = await sealer.seal(stream, facts, metadata);
    const appended = await store.append(stream, length === 0 ? 'no-stream' : length, sealed).durable;
    if (isStoreError(appended)) throw new Error(appended.code);
    return store.read(stream, { after: length });
  };

  return {
    async append(type: StandInType, place: Place = {}): Promise<RecordedEvent> {
      const [event] = await appendAll([type], place);
      return event as RecordedEvent;
    },
    /** The two events that begin a call of an agent, announced by somebody, in one append as always. */
    announced(
      call: number,
      as: { readonly organization?: string; readonly agent?: string; readonly by?: JsonObject } = {},
    ) {
      const { organization = 'acme', agent = 'helper', by = { kind: 'agent', id: 'helper' } } = as;
      const change = { agent_id: agent, requested_by: by };
      return appendAll(['agent.decision.made', 'agent.tool.requested'], { organization, call, change });
    },
  };
}

/** What `createUpstream` makes. */
export type Upstream = ReturnType<typeof createUpstream>;
