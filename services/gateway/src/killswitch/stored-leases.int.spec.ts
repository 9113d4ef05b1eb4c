import { isStoreError } from '@countersign/event-store';
import { createMemoryEventStore } from '@countersign/event-store/memory';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type LeasedGateway, leasedGateway, type Way } from '../testing/leased-gateways.ts';
import { LEASE_MS } from './lease.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => void vi.useRealTimers());

const RENEWAL_MS = LEASE_MS / 4;
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

function openLedger() {
  const store = createMemoryEventStore();
  const switches: number[] = [];
  const gateways: LeasedGateway[] = [];
  const foldAll = () => {
    for (const one of gateways) one.fold(store.acceptedPosition, switches);
  };
  return {
    store,
    switches,
    gateways,
    start(instance = `gateway-${gateways.length}`) {
      const gateway = leasedGateway(store, instance);
      gateways.push(gateway);
      return gateway;
    },
    async engage() {
      const id = `switch-${switches.length}`;
      const metadata = { id, time: '2026-11-01T00:00:00.000Z', organization: 'acme' };
      const event = { type: 'kill-switch-engaged.v1', data: {}, metadata };
      const engaged = await store.append(`killswitch-${id}`, 'no-stream', [event]).durable;
      if (isStoreError(engaged)) throw new Error(engaged.code);
      switches.push(engaged.position);
      return engaged.position;
    },
    /** Time in which everybody does what it should. */
    async run(ms: number, who = gateways) {
      for (let passed = 0; passed < ms; passed += RENEWAL_MS) {
        for (const one of who) one.fold(store.acceptedPosition, switches);
        for (const one of who) one.renew();
        await pass(RENEWAL_MS);
        for (const one of who) one.fold(store.acceptedPosition, switches);
      }
    },
    foldAll,
  };
}

describe('the stored lease of a gateway', () => {
  it('holds when its renewal is durable and everything in front of that is folded', async () => {
    const { store, start } = openLedger();
    const gateway = start();
    gateway.ways.answer.shut();
    gateway.renew();
    await pass(0);
    expect(gateway.holds()).toBe(false);
    gateway.ways.answer.open();
    await pass(0);
    expect(gateway.holds()).toBe(false);
    expect(gateway.leases.problem()).not.toBeNull();
    gateway.fold(store.acceptedPosition, []);
    expect(gateway.holds()).toBe(true);
    expect(gateway.leases.problem()).toBeNull();
    await gateway.leases.close();
  });

  it('is counted from before the renewal was sent', async () => {
    const { run, start, gateways } = openLedger();
    const gateway = start();
    await run(RENEWAL_MS);
    gateway.ways.answer.shut();
    gateway.renew();
    await pass(LEASE_MS - RENEWAL_MS);
    expect(gateway.holds()).toBe(false);
    gateway.ways.answer.open();
    await run(RENEWAL_MS);
    expect(gateways.map((one) => one.holds())).toEqual([true]);
    await gateway.leases.close();
  });

  it('does not hold after a pause until it is renewed, and what happened meanwhile is folded', async () => {
    const { start, run, gateways, engage, store, switches } = openLedger();
    const stopped = start();
    const other = start();
    await run(2 * LEASE_MS);
    await run(2 * LEASE_MS, [other]);
    const engaged = await engage();
    await run(RENEWAL_MS, [other]);
    expect(other.knows(engaged)).toBe(true);
    expect(stopped.holds()).toBe(false);
    stopped.renew();
    await pass(0);
    expect(stopped.holds()).toBe(false);
    stopped.fold(store.acceptedPosition, switches);
    expect(stopped.holds()).toBe(true);
    await Promise.all(gateways.map(({ leases }) => leases.close()));
  });

  it('is another one where two processes have one name', async () => {
    const { start, run, gateways, engage, store } = openLedger();
    const one = start('same');
    const two = start('same');
    await run(2 * LEASE_MS);
    expect([one.holds(), two.holds()]).toEqual([true, true]);
    const engaged = await engage();
    one.fold(store.acceptedPosition, [engaged]);
    await pass(0);
    expect(one.knows(engaged)).toBe(false);
    two.fold(store.acceptedPosition, [engaged]);
    await pass(0);
    expect([one.knows(engaged), two.knows(engaged)]).toEqual([true, true]);
    await Promise.all(gateways.map(({ leases }) => leases.close()));
  });
});

describe('the stored leases of several gateways', () => {
  it('have a switch acknowledged as soon as the last of them has folded it', async () => {
    const { start, run, gateways, engage, foldAll } = openLedger();
    for (let n = 0; n < 3; n += 1) start();
    await run(2 * LEASE_MS);
    const engaged = await engage();
    const waiting = gateways[0]?.leases.whenAcknowledged('switches', engaged, LEASE_MS);
    const before = performance.now();
    foldAll();
    await pass(0);
    expect(await waiting).toBe(true);
    expect(performance.now()).toBe(before);
    await Promise.all(gateways.map(({ leases }) => leases.close()));
  });

  it('have a position acknowledged by renewals at which nothing stands that is acknowledged by itself', async () => {
    const { start, run, gateways, store } = openLedger();
    for (let n = 0; n < 2; n += 1) start();
    await run(2 * LEASE_MS);
    const metadata = { id: 'event-1', time: '2026-11-01T00:00:00.000Z', organization: 'acme' };
    const event = { type: 'audit-read.v1', data: {}, metadata };
    const appended = await store.append('audit-1', 'no-stream', [event]).durable;
    const position = isStoreError(appended) ? 0 : appended.position;
    const waiting = gateways[0]?.leases.whenAcknowledged('control', position, LEASE_MS);
    await run(2 * RENEWAL_MS);
    expect(await waiting).toBe(true);
    await Promise.all(gateways.map(({ leases }) => leases.close()));
  });

  it('do not count one that has stopped once its lease has lapsed, nor wait for one that has left', async () => {
    const { start, run, gateways, engage } = openLedger();
    const [watching, left, killed] = [start(), start(), start()];
    await run(2 * LEASE_MS);
    await left.leases.close();
    const engaged = await engage();
    await run(LEASE_MS - 2 * RENEWAL_MS, [watching]);
    expect([watching.knows(engaged), killed.holds()]).toEqual([false, true]);
    await run(3 * RENEWAL_MS, [watching]);
    expect([watching.knows(engaged), killed.holds()]).toEqual([true, false]);
    await Promise.all(gateways.map(({ leases }) => leases.close()));
  });

  it('are not known to whoever has begun to look just now', async () => {
    const { start, run, gateways, engage, store, switches } = openLedger();
    const old = start();
    await run(LEASE_MS);
    const young = start();
    young.fold(store.acceptedPosition, switches);
    young.renew();
    await pass(0);
    const engaged = await engage();
    young.fold(store.acceptedPosition, switches);
    await pass(0);
    expect([old.holds(), young.knows(engaged)]).toEqual([true, false]);
    await run(2 * LEASE_MS);
    expect(young.knows(engaged)).toBe(true);
    await Promise.all(gateways.map(({ leases }) => leases.close()));
  });

  it('never have acknowledged what a gateway that works has not folded, however anything is held up', async () => {
    const COUNT = 3;
    const who = fc.nat(COUNT - 1);
    const way = fc.constantFrom<Way>('send', 'answer', 'observe');
    const step = fc.oneof(
      fc.record({ do: fc.constantFrom('shut' as const, 'open' as const), who, way }),
      fc.record({ do: fc.constantFrom('fold' as const, 'renew' as const), who }),
      fc.record({ do: fc.constantFrom('engage' as const, 'look' as const) }),
      fc.record({
        do: fc.constant('pass' as const),
        ms: fc.constantFrom(0, 1, RENEWAL_MS, LEASE_MS - 1, LEASE_MS),
      }),
    );
    let acknowledgements = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 80 }), async (steps) => {
        const { start, run, gateways, engage, switches, store } = openLedger();
        for (let n = 0; n < COUNT; n += 1) start();
        await run(2 * LEASE_MS);
        let effective = 0;
        const look = () => {
          for (const position of switches)
            if (position > effective && gateways.some((one) => one.knows(position))) {
              effective = position;
              acknowledgements += 1;
            }
          for (const one of gateways)
            if (one.holds() && one.folded() < effective)
              throw new Error(`works without knowing ${effective}`);
        };
        for (const one of steps) {
          if (one.do === 'engage') await engage();
          else if (one.do === 'pass') await pass(one.ms);
          else if (one.do === 'fold') gateways[one.who]?.fold(store.acceptedPosition, switches);
          else if (one.do === 'renew') gateways[one.who]?.renew();
          else if ('way' in one) gateways[one.who]?.ways[one.way][one.do]();
          await pass(0);
          look();
        }
        for (const { ways } of gateways) for (const gate of Object.values(ways)) gate.open();
        await run(3 * LEASE_MS);
        look();
        expect(effective).toBe(switches.at(-1) ?? 0);
        await Promise.all(gateways.map(({ leases }) => leases.close()));
      }),
      { numRuns: 200 },
    );
    expect(acknowledgements).toBeGreaterThan(100);
  });
});
