import type { Position } from '@countersign/event-store';
import { REAL_TIME } from '@countersign/processing';

/** How far a gateway has folded: positions of the last kill switch event and of the last control event. */
export interface Folded {
  readonly switches: Position;
  readonly control: Position;
}

/**
 * The lease under which a gateway enforces kill switches and everything that is to hold from the next request: renewed
 * only while the gateway has folded everything that it must know of, so that a gateway which falls behind refuses instead
 * of working under what held before.
 */
export interface Lease {
  /** Whether calls may be admitted, authorized and redeemed now. */
  holds(): boolean;
  /** The gateway has folded up to there. That alone renews nothing: more may wait to be folded. */
  acknowledge(folded: Partial<Folded>): void;
  /** The gateway has folded everything that it must know of. */
  renew(): void;
}

/** Leases of all enforcing gateways. In one process: in memory. */
export interface LeaseRegistry {
  /** @param covered how far this gateway has folded, events that concern it or not */
  join(covered: () => Position): Lease;
  /**
   * Whether each lease that still holds has acknowledged the event at a position; where not, it is waited for, at most
   * for the given time.
   */
  whenAcknowledged(what: keyof Folded, position: Position, withinMs: number): boolean | Promise<boolean>;
}

/** A lease that is not renewed lapses after this long. */
export const LEASE_MS = 2_000;

/**
 * Leases of gateways in this process.
 *
 * @param now monotonic, in milliseconds: under one that is set back a lease would hold that nobody renews.
 */
export function createLeaseRegistry(now: () => number = REAL_TIME.now, leaseMs = LEASE_MS): LeaseRegistry {
  const leases: { folded: Folded; until: number }[] = [];
  const waiters = createWaiters();
  return {
    whenAcknowledged(what, position, withinMs) {
      const acknowledged = () =>
        leases.every(({ folded, until }) => until <= now() || folded[what] >= position);
      return waiters.when(acknowledged, withinMs);
    },
    join() {
      const lease = { folded: { switches: 0, control: 0 }, until: 0 };
      leases.push(lease);
      return {
        holds: () => now() < lease.until,
        acknowledge(folded) {
          lease.folded = furthest(lease.folded, folded);
          waiters.look();
        },
        renew() {
          lease.until = now() + leaseMs;
          // Time has passed: another one may have lapsed.
          waiters.look();
        },
      };
    },
  };
}

/** No acknowledgement is taken back by an older one. */
export function furthest(known: Folded, folded: Partial<Folded>): Folded {
  return {
    switches: Math.max(known.switches, folded.switches ?? 0),
    control: Math.max(known.control, folded.control ?? 0),
  };
}

/** Those who wait for a condition, and are told of it when somebody says that it may have changed. */
export function createWaiters() {
  const waiting = new Set<() => void>();
  return {
    look() {
      for (const one of waiting) one();
    },
    /** At once where it holds already. A condition that time alone makes true is looked at once more at the end. */
    when(condition: () => boolean, withinMs: number): boolean | Promise<boolean> {
      if (condition()) return true;
      return new Promise((resolve) => {
        const end = (holds: boolean) => {
          waiting.delete(look);
          clearTimeout(timeout);
          resolve(holds);
        };
        const look = () => {
          if (condition()) end(true);
        };
        const timeout = setTimeout(() => end(condition()), withinMs);
        waiting.add(look);
      });
    },
  };
}
