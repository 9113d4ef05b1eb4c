import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RENEW_EVERY_MS, STREAM_LEASE_MS } from '../lease/stream-lease.ts';
import { openRelayStage, type RelayStage } from '../testing/relay-stage.ts';
import { RELAY_BATCH_EVENTS } from './backlog.ts';
import { GIVE_UP_AFTER_MS } from './relay.ts';

/** An instance that is killed is replaced within this time. */
const TAKEN_OVER_WITHIN_MS = 5_000;

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => void vi.useRealTimers());

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const numbers = ({ topic }: RelayStage) => topic.map(({ data }) => data.n);
/** Appends so many orders; the position of the last. */
const ordersOf = async (stage: RelayStage, count: number) => {
  let last = 0;
  for (let n = 0; n < count; n += 1) last = await stage.append('order');
  return last;
};

describe('a relay', () => {
  it('publishes what was appended before and after it came, one to one, and nothing of others', async () => {
    const stage = openRelayStage();
    await ordersOf(stage, 2);
    await stage.append('foreign');
    const { relay } = stage.start('one');
    await pass(0);
    await stage.append('remark');
    const last = await stage.append('order');
    await relay.reached(last);
    expect(numbers(stage)).toEqual([1, 2, 5]);
    expect(stage.topic.at(-1)).toMatchObject({ type: 'order.placed', subject: 'order-5', sequence: 1 });
    expect([relay.state(), relay.outstanding(), relay.problem()]).toEqual(['active', 0, null]);
    await relay.close();
  });

  it('publishes as one batch what has come while one was under way', async () => {
    const stage = openRelayStage();
    const { relay, batches } = stage.start('one');
    await ordersOf(stage, 1);
    const go = stage.hold();
    await pass(0);
    await turn();
    const last = await ordersOf(stage, 20);
    await pass(0);
    expect(relay.outstanding()).toBe(21);
    go();
    await relay.reached(last);
    expect(batches.map(({ length }) => length)).toEqual([1, 20]);
    await relay.close();
  });

  it('holds no more than a few batches of what it can not publish', async () => {
    const stage = openRelayStage();
    const { relay } = stage.start('one');
    const go = stage.hold();
    const last = await ordersOf(stage, 5 * RELAY_BATCH_EVENTS);
    await pass(0);
    expect(relay.outstanding()).toBeLessThanOrEqual(3 * RELAY_BATCH_EVENTS);
    go();
    await relay.reached(last);
    expect(numbers(stage)).toEqual(Array.from({ length: 5 * RELAY_BATCH_EVENTS }, (_, n) => n + 1));
    await relay.close();
  });

  it('publishes again what may not have got there, before anything later, for as long as it takes', async () => {
    const stage = openRelayStage();
    const failing = { written: 1, acknowledged: false };
    stage.fates.push(...Array(20).fill(failing));
    const { relay } = stage.start('one');
    await ordersOf(stage, 2);
    await pass(0);
    await ordersOf(stage, 1);
    await pass(30_000);
    expect(stage.firsts('acme')).toEqual([1]);
    expect(stage.fates.length).toBeGreaterThan(0);
    expect(relay.position()).toBe(0);
    await pass(60_000);
    expect(stage.firsts('acme')).toEqual([1, 2, 3]);
    expect(relay.problem()).toBeNull();
    await relay.close();
  });

  it('writes its checkpoint with its lease, behind what is acknowledged, once a second', async () => {
    const stage = openRelayStage();
    const { relay } = stage.start('one');
    await ordersOf(stage, 3);
    stage.fates.push({ written: 3, acknowledged: false });
    await pass(0);
    const written = stage.leases;
    expect(await written()).toHaveLength(1);
    await pass(10 * RENEW_EVERY_MS);
    expect(await written()).toHaveLength(11);
    expect((await written()).at(-1)?.data).toMatchObject({ holder: 'one', kept: { position: 13 } });
    await relay.close();
  });

  it('moves on over what is none of its events', async () => {
    const stage = openRelayStage();
    const { relay } = stage.start('one');
    await pass(0);
    const last = await stage.append('foreign');
    await relay.reached(last);
    expect(stage.topic).toEqual([]);
    await relay.close();
  });
});

describe('several relays of a service', () => {
  it('publish nothing twice while none fails', async () => {
    const stage = openRelayStage();
    const relays = ['one', 'two', 'three'].map((name) => stage.start(name).relay);
    for (let n = 0; n < 20; n += 1) {
      await stage.append('order');
      await pass(1_000);
    }
    expect(relays.map(({ state }) => state()).sort()).toEqual(['active', 'standby', 'standby']);
    expect(numbers(stage)).toEqual(Array.from(new Set(numbers(stage))));
    expect(stage.firsts('acme')).toHaveLength(20);
    await Promise.all(relays.map((relay) => relay.close()));
  });

  it('go on with the standby when the active one is killed, and repeat without skipping', async () => {
    const stage = openRelayStage();
    const one = stage.start('one');
    await pass(0);
    const two = stage.start('two');
    await pass(RENEW_EVERY_MS);
    await ordersOf(stage, 5);
    await pass(0);
    expect(numbers(stage)).toEqual([1, 2, 3, 4, 5]);
    one.kill();
    await ordersOf(stage, 2);
    await pass(TAKEN_OVER_WITHIN_MS);
    expect(two.relay.state()).toBe('active');
    // The checkpoint was older than what had been published.
    expect(numbers(stage)).toEqual([1, 2, 3, 4, 5, 1, 2, 3, 4, 5, 6, 7]);
    await two.relay.close();
  });

  it('hand over at once when the active one closes, without repeating', async () => {
    const stage = openRelayStage();
    const one = stage.start('one');
    await pass(0);
    const two = stage.start('two');
    await ordersOf(stage, 3);
    await pass(0);
    await one.relay.close();
    expect(await one.relay.ended).toBeNull();
    await ordersOf(stage, 1);
    await pass(STREAM_LEASE_MS / 2);
    expect(two.relay.state()).toBe('active');
    expect(numbers(stage)).toEqual([1, 2, 3, 4]);
    await two.relay.close();
  });

  it('stop at once when they find another in their place, and add nothing but what was under way', async () => {
    const stage = openRelayStage();
    const one = stage.start('one');
    await pass(0);
    const two = stage.start('two');
    await ordersOf(stage, 1);
    one.stop();
    await pass(0);
    await ordersOf(stage, 2);
    await pass(TAKEN_OVER_WITHIN_MS);
    expect(numbers(stage)).toEqual([1, 2, 3]);
    one.resume();
    await pass(0);
    await ordersOf(stage, 2);
    await pass(TAKEN_OVER_WITHIN_MS);
    expect([one.relay.state(), two.relay.state()]).toEqual(['standby', 'active']);
    expect(one.batches.flat().every((n) => n <= 3)).toBe(true);
    expect(stage.firsts('acme')).toEqual([1, 2, 3, 4, 5]);
    await Promise.all([one.relay.close(), two.relay.close()]);
  });

  it('do not publish under a lease that may have ended, and go on when it can be renewed', async () => {
    const stage = openRelayStage();
    const one = stage.start('one');
    await pass(0);
    one.stop();
    await pass(STREAM_LEASE_MS);
    const last = await stage.append('order');
    one.resume();
    await pass(RENEW_EVERY_MS);
    await one.relay.reached(last);
    expect(one.relay.state()).toBe('active');
    expect(numbers(stage)).toEqual([1]);
    await one.relay.close();
  });
});

describe('a relay that can not publish', () => {
  it.each<[string, 'refuses' | number]>([
    ['is refused', 'refuses'],
    ['hears nothing', 3_600_000],
  ])('because it %s leaves the lease to one that can, in time', async (_, network) => {
    const stage = openRelayStage();
    const one = stage.start('one');
    await pass(0);
    const two = stage.start('two');
    await ordersOf(stage, 1);
    await pass(RENEW_EVERY_MS);
    one.network(network);
    await ordersOf(stage, 2);
    await pass(GIVE_UP_AFTER_MS / 2);
    const last = await ordersOf(stage, 1);
    await pass(TAKEN_OVER_WITHIN_MS - GIVE_UP_AFTER_MS / 2);
    await two.relay.reached(last);
    expect([one.relay.state(), two.relay.state()]).toEqual(['standby', 'active']);
    expect(numbers(stage)).toEqual([1, 2, 3, 4]);
    await pass(60_000);
    expect([one.relay.problem(), two.relay.problem()]).toEqual([null, null]);
    expect(two.relay.state()).toBe('active');
    await two.relay.close();
    one.network(0);
    await ordersOf(stage, 1);
    await pass(TAKEN_OVER_WITHIN_MS);
    expect(numbers(stage)).toEqual([1, 2, 3, 4, 5]);
    await one.relay.close();
  });

  it('tries no more often for another that can not either, says so, and goes on as soon as one can', async () => {
    const stage = openRelayStage();
    const both = ['one', 'two'].map((name) => stage.start(name));
    for (const { network } of both) network('refuses');
    await ordersOf(stage, 3);
    await pass(600_000);
    const tries = both.flatMap(({ batches }) => batches).length;
    expect(tries).toBeLessThan(600_000 / 1_500);
    expect((await stage.leases()).length).toBeLessThan((600_000 / RENEW_EVERY_MS) * 1.5);
    expect(both.some(({ relay }) => relay.problem()?.includes('refused'))).toBe(true);
    both[1]?.network(0);
    await pass(2 * TAKEN_OVER_WITHIN_MS);
    expect(numbers(stage)).toEqual([1, 2, 3]);
    await Promise.all(both.map(({ relay }) => relay.close()));
  });

  it('goes on through what is acknowledged late', async () => {
    const stage = openRelayStage();
    const { relay, network } = stage.start('one');
    await pass(0);
    network(1.5 * GIVE_UP_AFTER_MS);
    const last = await ordersOf(stage, 3 * RELAY_BATCH_EVENTS);
    await pass(120_000);
    expect(relay.position()).toBeGreaterThanOrEqual(last);
    expect(stage.firsts('acme')).toEqual(stage.appended('acme'));
    await relay.close();
  });
});

describe('a relay whose ledger was put back to an earlier state', () => {
  const kept = async (stage: RelayStage) => (await stage.leases()).at(-1)?.data;
  const NOWHERE = Number.MAX_SAFE_INTEGER;

  it('ends with an error where the checkpoint lies behind its end, publishes nothing, and leaves it as it is', async () => {
    const stage = openRelayStage();
    await ordersOf(stage, 2);
    await stage.leave({ position: NOWHERE });
    for (const name of ['one', 'two']) {
      const { relay } = stage.start(name);
      await pass(RENEW_EVERY_MS);
      expect((await relay.ended)?.message).toContain(`the checkpoint ${NOWHERE} of the relay lies behind`);
      expect(relay.problem()).toContain('the relay has stopped');
      expect(await kept(stage)).toMatchObject({ holder: name, released: true, kept: { position: NOWHERE } });
    }
    expect(stage.topic).toEqual([]);
  });

  it('goes on from a checkpoint that is the last event before its own lease', async () => {
    const stage = openRelayStage();
    const last = await ordersOf(stage, 2);
    await stage.leave({ position: last });
    const { relay } = stage.start('one');
    await pass(0);
    const next = await ordersOf(stage, 1);
    await relay.reached(next);
    expect(numbers(stage)).toEqual([3]);
    await relay.close();
  });
});
