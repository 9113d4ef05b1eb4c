import {
  type Fall,
  KILL_SWITCH_TOPICS,
  KILL_SWITCH_TYPES,
  type KillSwitchBoard,
  killedBy,
} from '@countersign/directory';
import type { EventStore } from '@countersign/event-store';
import type { Message, MessageBus } from '@countersign/message-bus';
import { type Clock, type Following, followInto } from '@countersign/service';
import type { CallRow } from '../views/call-row.ts';
import { LEASE_MS, type LeaseRegistry } from './lease.ts';

/** This gateway as an enforcer of kill switches: its board, its lease, and what follows from both. */
export interface Enforcement {
  readonly following: Following;
  leaseHolds(): boolean;
  /** The switch that was effective before the call's permit was issued or redeemed under an older epoch, as a fall. */
  voidedBy(call: CallRow): Fall | null;
  /** Resolves when the switch is effective or has ended, or after the given time. */
  whenEffective(id: string, waitMs: number): Promise<void>;
}

/** The lease is renewed four times in its life, so that one late turn does not lose it. */
const RENEW_EVERY_MS = LEASE_MS / 4;

export function createEnforcement(deps: {
  readonly bus: MessageBus;
  readonly store: Pick<EventStore, 'acceptedPosition'>;
  readonly clock: Clock;
  readonly board: KillSwitchBoard;
  readonly leases: LeaseRegistry;
}): Enforcement {
  const { bus, store, clock, board } = deps;
  const lease = deps.leases.join('gateway');
  const waiting = new Map<string, () => void>();

  const fold = (message: Message) => {
    board.apply(message);
    lease.acknowledge(board.epoch());
    const id = String(message.data.kill_switch_id);
    if (board.get(id)?.state !== 'engaged') waiting.get(id)?.();
  };
  const following = followInto(bus, KILL_SWITCH_TOPICS, fold, KILL_SWITCH_TYPES);

  // Renewed only when the board has seen what had been accepted at the last renewal: a gateway that has fallen behind
  // loses its lease and refuses.
  let due = store.acceptedPosition;
  const renew = () => {
    if (following.position() >= due) lease.renew(clock.nowMs());
    due = store.acceptedPosition;
  };
  const timer = setInterval(renew, RENEW_EVERY_MS);
  timer.unref();
  following.caughtUp.then(
    () => lease.renew(clock.nowMs()),
    // It ended before: whoever started it hears that from `ended`.
    () => {},
  );

  return {
    following: {
      ...following,
      async close() {
        clearInterval(timer);
        await following.close();
      },
    },
    leaseHolds: () => lease.holds(clock.nowMs()),
    voidedBy(call) {
      if (!call.permit) return null;
      const { position, kill_epoch } = call.permit;
      const voiding = board.voids(call, { position, killEpoch: kill_epoch });
      return voiding ? killedBy(voiding) : null;
    },
    whenEffective: (id, waitMs) =>
      new Promise((resolve) => {
        const done = () => {
          clearTimeout(timeout);
          waiting.delete(id);
          resolve();
        };
        const timeout = setTimeout(done, waitMs);
        waiting.set(id, done);
        if (board.get(id)?.state !== 'engaged') done();
      }),
  };
}
