import type { Writer } from '../governance/judge.ts';
import type { Actor } from '../policy/events.ts';

interface AcquireLease extends Writer {
  readonly kind: 'acquire-lease';
  readonly intentId: string;
  readonly leaseId: string;
  readonly scope: string;
  readonly expiresAt: string;
  readonly time: string;
}

interface RenewLease extends Writer {
  readonly kind: 'renew-lease';
  readonly intentId: string;
  readonly leaseId: string;
  readonly expiresAt: string;
  readonly time: string;
}

interface ReleaseLease {
  readonly kind: 'release-lease';
  readonly intentId: string;
  readonly leaseId: string;
  readonly by: Actor;
  readonly time: string;
}

/** By Countersign: at its end, or because its holder has lost the right that it rests on. */
interface EndLease {
  readonly kind: 'end-lease';
  readonly intentId: string;
  readonly leaseId: string;
  readonly how: 'expired' | 'revoked';
  readonly time: string;
}

/** By Countersign: its holder may write and is not assigned, which the policy may ask for. */
interface BarLease {
  readonly kind: 'bar-lease';
  readonly intentId: string;
  readonly leaseId: string;
}

/** Everything that can be asked of the leases of a work intent. */
export type LeaseCommand = AcquireLease | RenewLease | ReleaseLease | EndLease | BarLease;
