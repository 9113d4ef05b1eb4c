import type { JsonObject } from '../json/json-value.ts';
import type { CallStatus } from '../model/verdict.ts';

/** An event of a call, as far as this client needs it. */
export interface CallEvent {
  readonly type: string;
  readonly callId: string;
  /** The intent or event that it comes of. */
  readonly causation: string | undefined;
  /** Its place in the ledger: opaque, comparable by length, then text. */
  readonly position: string;
  readonly time: string;
  readonly data: JsonObject;
}

/** What the events of a call have said so far, each by its type. */
export interface CallFacts {
  readonly position: string;
  readonly events: { readonly [type: string]: CallEvent };
}

/** Of a call that nothing was heard of. */
export const NO_FACTS: CallFacts = { position: '0', events: {} };

/** The facts with one more event. A type stands once in a call; events that come again change nothing. */
export function withEvent(facts: CallFacts, event: CallEvent): CallFacts {
  if (facts.events[event.type]) return facts;
  const position = isLater(event.position, facts.position) ? event.position : facts.position;
  return { position, events: { ...facts.events, [event.type]: event } };
}

/** Where the call stands; `undefined` while nothing is known of it. */
export function statusOf({ events }: CallFacts): CallStatus | undefined {
  const called = events['agent.tool.called'];
  if (events['agent.safety.blocked']) return 'blocked';
  if (events['agent.tool.lapsed']) return 'lapsed';
  if (called) return called.data.success === true ? 'succeeded' : 'failed';
  if (events['agent.tool.abandoned']) return 'abandoned';
  if (events['agent.permit.redeemed']) return 'redeemed';
  if (events['agent.tool.authorized']) return 'authorized';
  if (events['agent.approval.requested'] && !events['agent.approval.granted']) return 'awaiting_approval';
  return events['agent.tool.requested'] || events['agent.decision.made'] ? 'evaluating' : undefined;
}

/** Whether a position stands behind another in the ledger. */
export function isLater(position: string, other: string): boolean {
  return position.length === other.length ? position > other : position.length > other.length;
}
