import type { Actor, LeaseAcquired, LeaseEnded, LeaseRenewed } from '@countersign/contracts';
import type { Message } from '@countersign/message-bus';
import { workIntentKey } from '../workintent/view.ts';

/** A lease that has not been recorded as ended. */
export interface KnownLease {
  readonly id: string;
  readonly organization: string;
  readonly intent_id: string;
  readonly scope: string;
  readonly holder: Actor;
  readonly acquired_at: string;
  /** Position of its beginning. */
  readonly acquired: number;
  readonly expires_at: string;
}

/** A lease whose time is over, as a timer wants it. */
export interface OverdueLease extends KnownLease {
  readonly dueAt: number;
}

/** What the board is folded from. */
export const LEASE_TYPES = [
  'workintent.lease_acquired',
  'workintent.lease_renewed',
  'workintent.lease_ended',
] as const;

/** The leases that there are, in memory: few, because each ends by itself. */
export interface LeaseBoard {
  of(organization: string, intentId: string): readonly KnownLease[];
  /** Of one organization, or (`null`) of all. */
  inOrganization(organization: string | null): readonly KnownLease[];
  /** The longest overdue first. */
  overdue(atMs: number, limit: number): readonly OverdueLease[];
  /** Folds one event; repeated ones and foreign types change nothing. */
  apply(message: Message): void;
}

/** An empty board; give it every event of `LEASE_TYPES` in order. */
export function createLeaseBoard(): LeaseBoard {
  const byIntent = new Map<string, Map<string, KnownLease>>();
  const all = (): KnownLease[] => [...byIntent.values()].flatMap((leases) => [...leases.values()]);

  return {
    of: (organization, intentId) => [
      ...(byIntent.get(workIntentKey(organization, intentId))?.values() ?? []),
    ],
    inOrganization: (organization) =>
      all().filter((lease) => organization === null || lease.organization === organization),
    overdue: (atMs, limit) =>
      all()
        .map((lease) => ({ ...lease, dueAt: Date.parse(lease.expires_at) }))
        .filter(({ dueAt }) => dueAt <= atMs)
        .sort((one, other) => one.dueAt - other.dueAt)
        .slice(0, limit),
    apply({ type, organization, time, position, data }) {
      if (type === 'workintent.lease_acquired') {
        const { lease_id: id, intent_id, scope, expires_at, by: holder } = data as unknown as LeaseAcquired;
        const key = workIntentKey(organization, intent_id);
        const leases = byIntent.get(key) ?? new Map<string, KnownLease>();
        byIntent.set(key, leases);
        const acquired = { acquired_at: time, acquired: position };
        leases.set(id, { id, organization, intent_id, scope, holder, ...acquired, expires_at });
      } else if (type === 'workintent.lease_renewed') {
        const { lease_id, intent_id, expires_at } = data as unknown as LeaseRenewed;
        const leases = byIntent.get(workIntentKey(organization, intent_id));
        const lease = leases?.get(lease_id);
        if (lease) leases?.set(lease_id, { ...lease, expires_at });
      } else if (type === 'workintent.lease_ended') {
        const { lease_id, intent_id } = data as unknown as LeaseEnded;
        const key = workIntentKey(organization, intent_id);
        const leases = byIntent.get(key);
        leases?.delete(lease_id);
        if (leases?.size === 0) byIntent.delete(key);
      }
    },
  };
}
