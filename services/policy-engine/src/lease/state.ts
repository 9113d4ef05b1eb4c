import type { Actor } from '../policy/events.ts';
import type { LeaseEvent } from './events.ts';

/** A lease that has not been recorded as ended. */
export interface Lease {
  readonly scope: string;
  readonly holder: Actor;
  readonly expiresAt: string;
}

/** By id, in the order in which they were acquired. */
export interface Leases {
  readonly [id: string]: Lease;
}

/** Leases after one event more. */
export function evolveLeases(leases: Leases, event: LeaseEvent): Leases {
  const { lease_id: id } = event.data;
  switch (event.type) {
    case 'work-intent-lease-acquired.v1': {
      const { scope, expires_at: expiresAt, by: holder } = event.data;
      return { ...leases, [id]: { scope, holder, expiresAt } };
    }
    case 'work-intent-lease-renewed.v1': {
      const lease = leases[id];
      return lease ? { ...leases, [id]: { ...lease, expiresAt: event.data.expires_at } } : leases;
    }
    case 'work-intent-lease-ended.v1': {
      const { [id]: _, ...left } = leases;
      return left;
    }
  }
}
