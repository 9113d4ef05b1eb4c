import type { EventBatch, RecordedEvent } from '@countersign/event-store';
import { describe, expect, it } from 'vitest';
import type { Feed, Taken } from '../feed.ts';
import type { StoredEvent } from '../wire-event.ts';
import { startLiveFeed } from './live-feed.ts';

const turn = () => new Promise((resolve) => setImmediate(resolve));

const stored = (stream: string, version: number, position: number): StoredEvent => {
  const metadata = { id: `${position}`, time: '2026-03-01T12:00:00.000Z', organization: 'acme' };
  const event: RecordedEvent = { type: 'noted.v1', data: {}, metadata, stream, version, position };
  return { stream, version, position, data: {}, event };
};

/** A live feed over a subscription that brings what it is told to, and its one reader's batches. The ledger ends at `end`. */
function playing(goesOn: (stream: string, version: number) => boolean, end = 100) {
  let next: Taken[] = [];
  let wake = () => {};
  const feed: Feed = {
    take: () => next.shift() ?? { events: [], covered: null, caughtUp: true },
    changed: async () => {
      if (next.length > 0) return true;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
      return true;
    },
    ended: false,
    close: () => wake(),
  };
  /** What the server is asked beside the subscription: it has passed everything. */
  const passed: Feed = { ...feed, take: () => ({ events: [], covered: null, caughtUp: true }) };
  const begun: number[] = [];
  const live = startLiveFeed({
    client: {
      follow(after) {
        const isFirst = begun.length === 0;
        begun.push(after);
        return isFirst ? feed : passed;
      },
    },
    head: { position: 0, heard() {}, within: async (position) => Math.min(position, end) },
    appending: { goesOn },
  });
  const batches: EventBatch[] = [];
  const reader = {
    categories: undefined,
    eachPosition: false,
    needs: 0,
    wake() {
      const batch = live.after(reader.needs, null, 100);
      if (batch.position > reader.needs) batches.push(batch);
      reader.needs = batch.position;
    },
  };
  live.add(reader);
  return {
    stop: live.stop,
    hasten: live.hasten,
    /** Where subscriptions of the server began: the first is the feed's, each other asks how far it would be. */
    begun,
    position: () => live.position,
    positions: () => batches.map(({ events }) => events.map(({ position }) => position)),
    async bring(...taken: Partial<Taken>[]) {
      next = taken.map((one) => ({ events: [], covered: null, caughtUp: true, ...one }));
      wake();
      while (next.length > 0) await turn();
      for (let turns = 0; turns < 5; turns += 1) await turn();
    },
  };
}

describe('a live feed', () => {
  it('waits for the rest of an append of this process, and for no other', async () => {
    const feed = playing((stream, version) => stream === 'call-1' && version < 3);
    await turn();
    await feed.bring({ events: [stored('call-0', 1, 1), stored('call-1', 1, 2)] });
    expect(feed.positions()).toEqual([[1]]);
    await feed.bring({ events: [stored('call-1', 2, 3)] });
    expect(feed.positions()).toEqual([[1]]);
    await feed.bring({ events: [stored('call-1', 3, 4), stored('call-2', 1, 5)] });
    expect(feed.positions()).toEqual([[1], [2, 3, 4, 5]]);
    feed.stop();
  });

  it('waits for nothing that the server has passed', async () => {
    const feed = playing((_stream, version) => version < 3);
    await turn();
    await feed.bring({ events: [stored('call-1', 1, 2)] }, { covered: 7 });
    expect(feed.positions()).toEqual([[2]]);
    feed.stop();
  });

  it('asks how far it would be where somebody waits for a position that is passed without an event, once for all', async () => {
    const feed = playing(() => false);
    await turn();
    await feed.bring({ events: [stored('call-1', 1, 3)] });
    for (const position of [5, 9, 7]) feed.hasten(position);
    while (feed.position() < 9) await turn();
    expect(feed.begun).toEqual([0, 3]);
    expect(feed.positions()).toEqual([[3], []]);
    feed.hasten(8);
    for (let turns = 0; turns < 50; turns += 1) await turn();
    expect(feed.begun).toEqual([0, 3]);
    feed.stop();
  });

  it('passes nothing that is not there, whatever somebody waits for, and asks for it once', async () => {
    const feed = playing(() => false, 8);
    await turn();
    await feed.bring({ events: [stored('call-1', 1, 3)] });
    feed.hasten(Number.MAX_SAFE_INTEGER);
    while (feed.position() < 8) await turn();
    for (let turns = 0; turns < 50; turns += 1) await turn();
    expect([feed.position(), feed.begun]).toEqual([8, [0, 3]]);
    await feed.bring({ events: [stored('call-1', 2, 9)] });
    expect(feed.positions()).toEqual([[3], [], [9]]);
    feed.stop();
  });

  it('asks nobody for what comes by itself', async () => {
    const feed = playing(() => false);
    await turn();
    feed.hasten(4);
    await feed.bring({ events: [stored('call-1', 1, 2)] }, { events: [stored('call-1', 2, 4)] });
    expect(feed.position()).toBe(4);
    for (let turns = 0; turns < 50; turns += 1) await turn();
    expect(feed.begun).toEqual([0]);
    feed.stop();
  });
});
