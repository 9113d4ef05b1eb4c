import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openRelayStage, type RelayStage } from '../testing/relay-stage.ts';
import { RELAY_BATCH_BYTES } from './backlog.ts';
import { GIVE_UP_AFTER_MS, RELAY_READ_EVENTS } from './relay.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => void vi.useRealTimers());

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
/** Of a call with the largest arguments that a request can have, sealed. */
const LARGE = 350_000;
/** A batch takes three quarters of the time after which a relay gives up. */
const SLOW = { bytesPerMs: RELAY_BATCH_BYTES / (0.75 * GIVE_UP_AFTER_MS) };

const published = ({ topic }: RelayStage) => topic.map(({ data }) => data.n);
const holders = async (stage: RelayStage) => new Set((await stage.leases()).map(({ data }) => data.holder));

describe('a relay with a backlog of large events', () => {
  it('keeps its lease while they are acknowledged, publishes each once, and moves its checkpoint between', async () => {
    const stage = openRelayStage();
    for (let n = 0; n < 300; n += 1) await stage.append('order', 'acme', LARGE);
    const one = stage.start('one');
    one.network(SLOW);
    await pass(0);
    const two = stage.start('two');
    await pass(10 * GIVE_UP_AFTER_MS);
    expect(one.relay.position()).toBeGreaterThan(0);
    expect(one.relay.position()).toBeLessThan(300);
    expect((await stage.leases()).at(-1)?.data.kept).not.toEqual({ position: 0 });
    await pass(60 * GIVE_UP_AFTER_MS);
    expect(published(stage)).toEqual(stage.appended('acme'));
    expect(await holders(stage)).toEqual(new Set(['one']));
    expect([one.relay.problem(), two.relay.state()]).toEqual([null, 'standby']);
    await Promise.all([one.relay.close(), two.relay.close()]);
  });

  it('reads no further ahead than a batch of bytes, at no time', async () => {
    const stage = openRelayStage();
    for (let n = 0; n < 600; n += 1) await stage.append('order', 'acme', LARGE);
    const { relay, network } = stage.start('one');
    network(SLOW);
    await pass(0);
    for (let most = 0; relay.outstanding() > 0; await pass(1_000)) {
      most = Math.max(most, relay.outstanding());
      expect(most).toBeLessThanOrEqual(RELAY_READ_EVENTS + 2 * (RELAY_BATCH_BYTES / LARGE));
    }
    expect(published(stage)).toEqual(stage.appended('acme'));
    await relay.close();
  });
});

it('whatever their sizes: every event is published once, in order, and no batch is larger than its bound', async () => {
  const size = fc.oneof(fc.nat(2_000), fc.nat(LARGE), fc.integer({ min: LARGE, max: 1_000_000 }));
  const arrival = fc.record({ sizes: fc.array(size, { maxLength: 30 }), ms: fc.nat(6_000) });
  await fc.assert(
    fc.asyncProperty(fc.array(arrival, { maxLength: 8 }), async (arrivals) => {
      const stage = openRelayStage();
      const { relay, batches, network } = stage.start('one');
      network(SLOW);
      const sizes = new Map<number, number>();
      let last = 0;
      for (const { sizes: some, ms } of arrivals) {
        for (const bytes of some) {
          last = await stage.append('order', 'acme', bytes);
          sizes.set(stage.appended('acme').at(-1) ?? 0, bytes);
        }
        await pass(ms);
      }
      await pass(600_000);
      expect(published(stage)).toEqual(stage.appended('acme'));
      expect(relay.position()).toBeGreaterThanOrEqual(last);
      for (const batch of batches) {
        const bytes = batch.reduce((sum, n) => sum + (sizes.get(n) ?? 0), 0);
        expect(batch.length === 1 || bytes <= RELAY_BATCH_BYTES).toBe(true);
      }
      await relay.close();
    }),
    { numRuns: 20 },
  );
});
