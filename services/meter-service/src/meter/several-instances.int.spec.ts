import type { EventStore } from '@countersign/event-store';
import { createMemoryCheckpoints, createMemoryEventStore } from '@countersign/event-store/memory';
import type { MessageBus } from '@countersign/message-bus';
import { manualClock } from '@countersign/testing';
import { describe, expect, it } from 'vitest';
import { eventsOf, SMALL_BOOK, teamPlan } from '../testing/calls.ts';
import { closingMeters } from '../testing/open-meters.ts';
import { type RunningMeter, startOn } from '../testing/running-meter.ts';

const opened = closingMeters();

/** A bus that gives an instance its messages only while the share is its own. */
function shareOf(bus: MessageBus) {
  let own = false;
  const assigned: (() => unknown)[] = [];
  const shared: MessageBus = {
    ...bus,
    consume(options, consumer) {
      if (options.onAssigned) assigned.push(options.onAssigned);
      return bus.consume(options, (messages, settle, park) => {
        if (own) return consumer(messages, settle, park);
        messages.forEach(settle);
      });
    },
  };
  const take = async (told: boolean) => {
    own = true;
    if (told) await Promise.all(assigned.map((tell) => tell()));
  };
  const leave = () => {
    own = false;
  };
  return { shared, take, leave };
}

/** Two instances on one ledger, of which one at a time has the organization's messages. */
async function two(more: object = {}) {
  const store: EventStore = createMemoryEventStore();
  const clock = manualClock();
  const shares: ReturnType<typeof shareOf>[] = [];
  const start = () =>
    opened(
      startOn(store, clock, createMemoryCheckpoints(), { ...teamPlan(1_000), ...more }, (bus) => {
        const share = shareOf(bus);
        shares.push(share);
        return share.shared;
      }),
    );
  const meters = [await start(), await start()] as const;
  const settled = () => Promise.all(meters.map((meter) => meter.settled()));
  const [{ upstream }] = meters;
  await upstream.organization('acme', 'team');
  return {
    store,
    upstream,
    meters,
    settled,
    /** The messages are this one's from now on; `told`: as the bus deals. */
    async gives(to: 0 | 1, { told = true } = {}) {
      await settled();
      shares[1 - to]?.leave();
      await shares[to]?.take(told);
    },
  };
}

const used = async (meter: RunningMeter) => {
  const calls = (await meter.meters()).find(({ key }) => key === 'tool_calls');
  return [calls?.used, calls?.reserved];
};

describe('several instances of the meter', () => {
  it('settle what another has reserved, and show the same meters', async () => {
    const { upstream, meters, gives, settled } = await two();
    for (const [call, to] of [0, 1, 0, 1].entries()) {
      await gives(to as 0 | 1);
      if (call > 0) await upstream.called(call);
      await upstream.evaluated(call + 1);
    }
    await settled();
    expect(await Promise.all(meters.map(used))).toEqual([
      [3, 1],
      [3, 1],
    ]);
  });

  it('go on in the next book where another has turned the page, also one that was not told', async () => {
    const { store, upstream, meters, gives, settled } = await two(SMALL_BOOK);
    let call = 0;
    for (let round = 0; round < 6; round += 1) {
      await gives((round % 2) as 0 | 1, { told: false });
      for (let n = 0; n < 5; n += 1) {
        call += 1;
        await upstream.evaluated(call);
        await upstream.called(call);
      }
    }
    await settled();
    expect(await Promise.all(meters.map(used))).toEqual([
      [30, 0],
      [30, 0],
    ]);
    const types = (await eventsOf(store))
      .filter(({ stream }) => stream.startsWith('meter-'))
      .map(({ type }) => type);
    expect(types.filter((type) => type === 'quota-committed.v1')).toHaveLength(30);
    expect(meters.flatMap((meter) => meter.logs())).toEqual([]);
  });

  it('look after holds that another has made, once the messages are theirs', async () => {
    const { upstream, meters, gives, settled } = await two();
    const [one, other] = meters;
    await gives(0);
    await upstream.evaluated(1);
    await settled();
    await other.expire();
    await gives(1);
    one.clock.advance(10_000_000);
    await other.expire();
    await settled();
    expect(await used(other)).toEqual([1, 0]);
  });
});
