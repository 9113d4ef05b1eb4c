import { createKillSwitchBoard, createLastFalls } from '@countersign/directory';
import { createCommandHandler, toNewEvent } from '@countersign/event-store';
import { createMemoryCheckpoints, createMemoryEventStore } from '@countersign/event-store/memory';
import { createEmbeddedBus, createPublisher, type MessageBus } from '@countersign/message-bus';
import { manualClock } from '@countersign/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { commandedAs } from '../testing/announced-call.ts';
import { CALL_ID } from '../testing/call-commands.ts';
import { callMessage } from '../testing/messages.ts';
import { engage, release, SWITCH_ID } from '../testing/registration-commands.ts';
import type { CallRow } from '../views/call-row.ts';
import { createCallsView } from '../views/calls.ts';
import { killSwitch } from './decide.ts';
import { createEnforcement, type Enforcement } from './enforcement.ts';
import { createLeaseRegistry, LEASE_MS } from './lease.ts';
import { killSwitchPublications } from './publish.ts';

const RENEWAL_MS = LEASE_MS / 4;
const STREAM = `killswitch-${SWITCH_ID}`;

/** Control state that never lags. */
const NOTHING_ELSE = { position: () => Number.POSITIVE_INFINITY, caughtUp: Promise.resolve() };

let running: Enforcement[] = [];
beforeEach(
  () => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'setTimeout', 'clearTimeout'] }),
);
afterEach(async () => {
  vi.useRealTimers();
  for (const enforcement of running) await enforcement.following.close();
  running = [];
});

/** An enforcing gateway; `hold` keeps what happens from now on away from its board. */
async function enforcing() {
  const store = createMemoryEventStore();
  const clock = manualClock();
  const bus = createEmbeddedBus({
    store,
    checkpoints: createMemoryCheckpoints(),
    publisher: createPublisher(killSwitchPublications),
  });
  let gate: Promise<void> | undefined;
  let open: () => void = () => {};
  const lagging: MessageBus = {
    ...bus,
    follow: (options, follower) =>
      bus.follow(options, async (messages, position) => {
        await gate;
        await follower(messages, position);
      }),
  };
  const [board, lastFalls] = [createKillSwitchBoard(), createLastFalls()];
  const leases = createLeaseRegistry(clock.nowMs);
  const enforcement = createEnforcement({
    bus: lagging,
    store,
    board,
    lastFalls,
    leases,
    control: NOTHING_ELSE,
  });
  running.push(enforcement);
  await enforcement.following.caughtUp;
  const switches = createCommandHandler({
    store,
    decider: killSwitch,
    seal: (_stream, events, metadata) => events.map((event, index) => toNewEvent(event, index, metadata)),
  });
  return {
    ...enforcement,
    store,
    clock,
    board,
    leases,
    hold() {
      gate = new Promise((resolve) => {
        open = resolve;
      });
    },
    catchUp() {
      gate = undefined;
      open();
      return enforcement.following.reached(store.acceptedPosition);
    },
    /** So many renewals, with the clock going on. */
    renewals(count: number) {
      for (let n = 0; n < count; n += 1) {
        clock.advance(RENEWAL_MS);
        vi.advanceTimersByTime(RENEWAL_MS);
      }
    },
    decide: (command: Parameters<typeof switches.handle>[1], name: string) =>
      switches.handle(STREAM, command, commandedAs(name)),
  };
}

describe('the lease of a gateway', () => {
  it('goes on while the board keeps up', async () => {
    const gateway = await enforcing();
    expect(gateway.leaseHolds()).toBe(true);
    await gateway.decide(engage(), 'engage');
    await gateway.following.reached(1);
    gateway.renewals(20);
    expect(gateway.leaseHolds()).toBe(true);
  });

  it('lapses when the board lags behind the ledger, and comes back with it', async () => {
    const gateway = await enforcing();
    gateway.hold();
    await gateway.decide(engage(), 'engage');
    // What was accepted at a renewal must have been seen at the next: so much the board may lag.
    gateway.renewals(5);
    expect(gateway.leaseHolds()).toBe(false);
    await gateway.catchUp();
    gateway.renewals(1);
    expect(gateway.leaseHolds()).toBe(true);
  });

  it('is not renewed by one event that the board has seen while more wait', async () => {
    const gateway = await enforcing();
    gateway.hold();
    await gateway.decide(engage(), 'engage');
    gateway.renewals(5);
    await gateway.catchUp();
    expect(await gateway.leases.whenAcknowledged('switches', 1, 0)).toBe(true);
    expect(gateway.leaseHolds()).toBe(false);
  });

  it('lapses when nothing renews it', async () => {
    const gateway = await enforcing();
    gateway.clock.advance(LEASE_MS);
    expect(gateway.leaseHolds()).toBe(false);
  });

  it('acknowledges a switch as soon as the board has it', async () => {
    const gateway = await enforcing();
    gateway.hold();
    await gateway.decide(engage(), 'engage');
    expect(gateway.leases.whenAcknowledged('switches', 1, 1)).toBeInstanceOf(Promise);
    await gateway.catchUp();
    expect(await gateway.leases.whenAcknowledged('switches', 1, 0)).toBe(true);
    expect(gateway.board.epoch()).toBe(1);
  });
});

describe('who engages a switch', () => {
  it('waits until it is effective', async () => {
    const gateway = await enforcing();
    await gateway.decide(engage(), 'engage');
    await gateway.following.reached(1);
    let effective = false;
    const waiting = gateway.whenEffective(SWITCH_ID, 2_000).then(() => {
      effective = true;
    });
    await Promise.resolve();
    expect(effective).toBe(false);
    await gateway.decide({ kind: 'become-effective', epoch: '1' }, 'effective');
    await waiting;
    expect(effective).toBe(true);
  });

  it.each([
    ['it is over', 'release'],
    ['the time is up', 'time'],
  ])('does not wait when %s', async (_, how) => {
    const gateway = await enforcing();
    await gateway.decide(engage(), 'engage');
    await gateway.following.reached(1);
    const waiting = gateway.whenEffective(SWITCH_ID, 2_000);
    if (how === 'release') await gateway.decide(release, 'release');
    else vi.advanceTimersByTime(2_000);
    expect(await waiting).toBeUndefined();
  });
});

describe('a permit', () => {
  /** A call of report-cleaner for alice, authorized at a position under an epoch. */
  function authorized(position: number, kill_epoch: string): CallRow {
    const view = createCallsView({ decisionTimeoutMs: 2_000, outcomeTtlMs: 900_000, onChange: () => {} });
    view.apply(callMessage('agent.tool.requested', { position: 1 }));
    view.apply(callMessage('agent.tool.authorized', { position, data: { kill_epoch } }));
    return view.table.get(CALL_ID) as CallRow;
  }

  it.each([
    ['issued after it was effective, under an older epoch', 3, '0', true],
    ['issued after it was effective, knowing it', 3, '1', false],
    ['issued before it was effective', 1, '0', false],
  ])('%s', async (_, position, epoch, isVoid) => {
    const gateway = await enforcing();
    await gateway.decide(engage({ target: 'report-cleaner' }), 'engage');
    await gateway.decide({ kind: 'become-effective', epoch: '1' }, 'effective');
    await gateway.following.reached(2);
    const voided = gateway.voidedBy(authorized(position, epoch));
    expect(voided).toEqual(
      isVoid
        ? {
            reason: 'killed',
            layer: 'kill_switch',
            message: 'kill switch on agent report-cleaner',
            killSwitchId: SWITCH_ID,
          }
        : null,
    );
  });
});
