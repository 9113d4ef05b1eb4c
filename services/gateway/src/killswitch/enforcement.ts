import {
  type Fall,
  KILL_SWITCH_TOPICS,
  KILL_SWITCH_TYPES,
  type KillSwitchBoard,
  killedBy,
  type LastFalls,
} from '@countersign/directory';
import type { EventStore, Position } from '@countersign/event-store';
import type { Message, MessageBus } from '@countersign/message-bus';
import { type Following, followInto } from '@countersign/service';
import type { CallRow } from '../views/call-row.ts';
import { LEASE_MS, type LeaseRegistry } from './lease.ts';

/** This gateway as an enforcer of kill switches: its board, its lease, and what follows from both. */
export interface Enforcement {
  readonly following: Following;
  leaseHolds(): boolean;
  /** A control event has been folded; whoever waits for all gateways to know it is told. */
  foldedControl(position: Position): void;
  /**
   * The switch that was effective before the call's permit was issued or redeemed under an older epoch, as a fall. Exact where
   * everything in front of that is known here.
   */
  voidedBy(call: CallRow): Fall | null;
  /** Resolves when the switch is effective or has ended, or after the given time. */
  whenEffective(id: string, waitMs: number): Promise<void>;
}

/** The lease is renewed four times in its life, so that one late turn does not lose it. */
const RENEW_EVERY_MS = LEASE_MS / 4;

/** Acknowledges every switch that it has folded, and renews its lease only while it keeps up with the ledger. */
export function createEnforcement(deps: {
  readonly bus: MessageBus;
  readonly store: Pick<EventStore, 'acceptedPosition'>;
  readonly board: KillSwitchBoard;
  readonly lastFalls: Pick<LastFalls, 'apply'>;
  readonly leases: LeaseRegistry;
  /** The followed control state, for which the lease stands as well. */
  readonly control: Pick<Following, 'position' | 'caughtUp'>;
}): Enforcement {
  const { bus, store, board, lastFalls, control } = deps;
  const covered = () => Math.min(control.position(), following.position());
  const lease = deps.leases.join(covered);
  const waiting = new Map<string, () => void>();

  const fold = (message: Message) => {
    board.apply(message);
    lastFalls.apply(message);
    lease.acknowledge({ switches: board.epoch() });
    const id = String(message.data.kill_switch_id);
    if (board.get(id)?.state !== 'engaged') waiting.get(id)?.();
  };
  const following = followInto(bus, KILL_SWITCH_TOPICS, fold, { types: KILL_SWITCH_TYPES });

  // Renewed only when everything has been seen here that had been accepted at the last renewal: a gateway that has fallen
  // behind loses its lease and refuses.
  let due = store.acceptedPosition;
  const renew = () => {
    if (covered() >= due) lease.renew();
    due = store.acceptedPosition;
  };
  const timer = setInterval(renew, RENEW_EVERY_MS);
  timer.unref();
  Promise.all([following.caughtUp, control.caughtUp]).then(
    () => lease.renew(),
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
    leaseHolds: lease.holds,
    foldedControl: (position) => lease.acknowledge({ control: position }),
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
