import type { JsonObject } from '@countersign/event-sourcing';
import { type EventStore, isStoreError, type RecordedEvent, readAll } from '@countersign/event-store';
import { createMemoryEventStore } from '@countersign/event-store/memory';
import type { Upstream } from './upstream.ts';

/** How many calls `playCalls` plays. */
export const PLAYED_CALLS = 40;

/** So few events that the calls of a test fill several books. */
export const SMALL_BOOK = { maxBookEvents: 12 };

/** A plan `team` of as many calls a year, with costs counted by user and a throttle that is never in the way. */
export function teamPlan(calls: number): { readonly plans: ReadonlyMap<string, JsonObject> } {
  const counters = {
    tool_calls: { limit: calls, strict: true, period: 'yearly' },
    tool_cost: { strict: true, period: 'monthly', scope: 'user' },
  };
  const bucket = { capacity: 1_000, rate: 1 };
  const throttles = [{ mode: 'include', categories: ['tool_calls'], bucket }];
  return { plans: new Map([['team', { counters, throttles }]]) };
}

/** Calls that end in every way, one way in five for each, and one in five that does not end. */
export async function playCalls(upstream: Upstream, from = 1): Promise<void> {
  for (let call = from; call < from + PLAYED_CALLS; call += 1) {
    await upstream.evaluated(call, { cost: call, user: `user-${call % 3}` });
    const end = call % 5;
    if (end === 0) await upstream.called(call, { usage: { cost_micros: 100 } });
    if (end === 1) await upstream.lapsed(call);
    if (end === 2) await upstream.blocked(call, 'killed');
    if (end === 3) await upstream.abandoned(call);
  }
}

/** All events of a ledger, in order. */
export async function eventsOf(store: EventStore): Promise<RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  for await (const page of readAll(store)) events.push(...page.events);
  return events;
}

/** The meter streams among events, in order of their first event. */
export function booksOf(events: readonly RecordedEvent[]): string[] {
  return [...new Set(events.map(({ stream }) => stream))].filter((stream) => stream.startsWith('meter-'));
}

/** A ledger with the same events: what a crash after the last of them leaves. */
export async function copyOf(events: readonly RecordedEvent[]): Promise<EventStore> {
  const store = createMemoryEventStore();
  for (const { stream, version, type, data, metadata } of events) {
    const receipt = store.append(stream, version === 1 ? 'no-stream' : version - 1, [
      { type, data, metadata },
    ]);
    const appended = await receipt.durable;
    if (isStoreError(appended)) throw new Error(appended.code);
  }
  return store;
}
