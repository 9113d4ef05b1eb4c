/**
 * The lease under which a gateway enforces kill switches: renewed only while the gateway has folded everything that
 * it must know of, so that a gateway which falls behind refuses instead of working under old switches (design 6).
 */
export interface Lease {
  /** Whether calls may be admitted, authorized and redeemed now. */
  holds(nowMs: number): boolean;
  /** The gateway has folded the board up to `epoch`. That alone renews nothing: more may wait to be folded. */
  acknowledge(epoch: number): void;
  /** The gateway has folded everything that it must know of. */
  renew(nowMs: number): void;
}

/** Leases of all enforcing gateways. In one process: in memory. */
export interface LeaseRegistry {
  /** Whether each lease that still holds has acknowledged at least `epoch`. */
  acknowledged(epoch: number, nowMs: number): boolean;
  join(gateway: string): Lease;
}

/** A lease that is not renewed lapses after this long. */
export const LEASE_MS = 2_000;

export function createLeaseRegistry(leaseMs: number = LEASE_MS): LeaseRegistry {
  const leases = new Map<string, { epoch: number; until: number }>();
  return {
    acknowledged(epoch, nowMs) {
      return [...leases.values()].every((lease) => lease.until <= nowMs || lease.epoch >= epoch);
    },
    join(gateway) {
      const lease = { epoch: 0, until: 0 };
      leases.set(gateway, lease);
      return {
        holds: (nowMs) => nowMs < lease.until,
        acknowledge(epoch) {
          lease.epoch = Math.max(lease.epoch, epoch);
        },
        renew(nowMs) {
          lease.until = nowMs + leaseMs;
        },
      };
    },
  };
}
