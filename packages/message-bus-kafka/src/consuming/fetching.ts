import { createRequire } from 'node:module';
import { setTimeout as pause } from 'node:timers/promises';
import {
  createFetchSession,
  type FetchRequest,
  type FetchResponse,
  type FetchSession,
} from './fetch-sessions.ts';
import { createPace, type Pace, type PaceOptions } from './pace.ts';

/**
 * A consumer asks no more often than this. Where records come one after another, a request for each would cost most of the
 * time; whoever waits for a single record has asked long before it comes, and is answered at once. What follows from one
 * thing comes as a few records on several topics, and none of these waits for the pace. Where one answer held more than
 * that, much is under way, and what comes in the longer time is taken together.
 */
const HURRIED: PaceOptions = { everyMs: 2, burst: 3, many: { records: 6, everyMs: 16 } };
/** One that nobody waits for: it takes the records of this time together. */
const UNHURRIED: PaceOptions = { everyMs: 50, burst: 1 };

/** The client's end of its connection to a broker. Every consumer has its own. */
interface Broker {
  lookupRequest(key: number, definition: object): (request: object) => object;
  fetch(request: FetchRequest): Promise<FetchResponse>;
}

/** The client's part in a group: it asks each broker by itself. */
interface GroupMember {
  readonly groupId: string;
  fetch(nodeId: number): Promise<readonly { readonly rawMessages: readonly unknown[] }[]>;
}

const ofClient = createRequire(import.meta.url);
const broker = (ofClient('kafkajs/src/broker') as { readonly prototype: Broker }).prototype;
const member = (ofClient('kafkajs/src/consumer/consumerGroup') as { readonly prototype: GroupMember })
  .prototype;
const fetchWhole = broker.fetch;
const fetchAtOnce = member.fetch;
const sessions = new WeakMap<Broker, FetchSession>();
const paces = new WeakMap<GroupMember, Map<number, Pace>>();
const unhurried = new Set<string>();

/** From now on the group asks at the pace of one that nobody waits for, or of the others. */
export function paceGroup(group: string, isUnhurried: boolean): void {
  if (isUnhurried) unhurried.add(group);
  else unhurried.delete(group);
}

/** The client's fetch, in a session: for all consumers of the process. */
broker.fetch = function fetchInSession(request) {
  const session = sessions.get(this) ?? createFetchSession();
  sessions.set(this, session);
  return session.fetch(request, (left, fields) => {
    const lookupRequest: Broker['lookupRequest'] = (key, definition) => {
      const make = this.lookupRequest(key, definition);
      return (made) => make({ ...made, ...fields });
    };
    return fetchWhole.call(Object.create(this, { lookupRequest: { value: lookupRequest } }), left);
  });
};

/** The same at the group's pace. */
member.fetch = async function fetchInTime(nodeId) {
  const ofMember = paces.get(this) ?? new Map<number, Pace>();
  paces.set(this, ofMember);
  const pace = ofMember.get(nodeId) ?? createPaceOf(this.groupId);
  ofMember.set(nodeId, pace);
  const early = pace.wait(performance.now());
  if (early > 0) await pause(early);
  const batches = await fetchAtOnce.call(this, nodeId);
  pace.brought(batches.reduce((sum, { rawMessages }) => sum + rawMessages.length, 0));
  return batches;
};

function createPaceOf(group: string): Pace {
  return createPace(unhurried.has(group) ? UNHURRIED : HURRIED);
}
