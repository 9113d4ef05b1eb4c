import type { EventStore } from '@countersign/event-store';
import { createMemoryCheckpoints, createMemoryEventStore } from '@countersign/event-store/memory';
import { manualClock } from '@countersign/testing';
import { describe, expect, it } from 'vitest';
import {
  booksOf,
  copyOf,
  eventsOf,
  PLAYED_CALLS,
  playCalls,
  SMALL_BOOK,
  teamPlan,
} from '../testing/calls.ts';
import { closingMeters } from '../testing/open-meters.ts';
import { type RunningMeter, startOn } from '../testing/running-meter.ts';
import { createUpstream, type Upstream } from '../testing/upstream.ts';

const opened = closingMeters();

describe('a crash after any append, also between two books', () => {
  it('ends with the same meters and the same facts of every call', async () => {
    const { uninterrupted, crashed } = await crashEverywhere(teamPlan(1_000), playCalls);
    const meters = await uninterrupted.meters();
    const facts = await factsOf(uninterrupted);
    for (const meter of crashed) {
      expect(await meter.meters()).toEqual(meters);
      expect(await factsOf(meter)).toEqual(facts);
    }
  });

  it('grants exactly the quota', async () => {
    const { crashed } = await crashEverywhere(teamPlan(15), async (upstream) => {
      for (let call = 1; call <= PLAYED_CALLS; call += 1) await upstream.evaluated(call);
    });
    for (const meter of crashed) {
      const facts = await factsOf(meter);
      expect(facts.filter((fact) => fact.endsWith('agent.quota.reserved')).length).toBe(15);
      expect(facts.filter((fact) => fact.endsWith('agent.quota.denied')).length).toBe(PLAYED_CALLS - 15);
    }
  });
});

/** Runs to the end, and again from every append after which the first run may have crashed, on what was left. */
async function crashEverywhere(
  plans: ReturnType<typeof teamPlan>,
  history: (upstream: Upstream) => Promise<void>,
): Promise<{ uninterrupted: RunningMeter; crashed: RunningMeter[] }> {
  const limits = { ...plans, ...SMALL_BOOK };
  const store = createMemoryEventStore();
  const clock = manualClock();
  const upstream = createUpstream(store, clock);
  await upstream.organization('acme', 'team');
  await history(upstream);
  const appended: number[] = [];
  const watched: EventStore = Object.create(store, {
    append: {
      value(...append: Parameters<EventStore['append']>) {
        const receipt = store.append(...append);
        appended.push(store.acceptedPosition);
        return receipt;
      },
    },
  });
  const uninterrupted = await opened(startOn(watched, clock, createMemoryCheckpoints(), limits));
  await uninterrupted.settled();
  const events = await eventsOf(store);
  expect(booksOf(events).length).toBeGreaterThan(3);
  const crashed: RunningMeter[] = [];
  // An append is on the disk as a whole or not at all.
  for (const survived of appended) {
    const rest = await copyOf(events.slice(0, survived));
    const meter = await opened(startOn(rest, clock, createMemoryCheckpoints(), limits));
    await meter.settled();
    crashed.push(meter);
  }
  return { uninterrupted, crashed };
}

/** Every event of every call, sorted by call. */
async function factsOf(meter: RunningMeter): Promise<string[]> {
  const ofCalls = (await meter.published()).filter(({ data }) => 'tool_call_id' in data);
  return ofCalls.map(({ data, type }) => `${data.tool_call_id} ${type}`).sort();
}
