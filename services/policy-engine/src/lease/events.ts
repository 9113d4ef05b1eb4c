import type { DomainEvent } from '@countersign/event-sourcing';
import type { Actor } from '../policy/events.ts';

/** Somebody alone may patch a part of the state, for a time. */
export type LeaseAcquired = DomainEvent<
  'work-intent-lease-acquired.v1',
  {
    readonly intent_id: string;
    readonly lease_id: string;
    /** Names of the state separated by `/`, or `*` for all of it. */
    readonly scope: string;
    /** RFC 3339 UTC; it counts before this moment only. */
    readonly expires_at: string;
    readonly by: Actor;
  }
>;

/** Its holder has put off its end. */
export type LeaseRenewed = DomainEvent<
  'work-intent-lease-renewed.v1',
  {
    readonly intent_id: string;
    readonly lease_id: string;
    readonly expires_at: string;
    readonly by: Actor;
  }
>;

/** Given back by its holder, run out, or taken because its holder may not write any more, by the access list or by the policy. */
export type LeaseEnded = DomainEvent<
  'work-intent-lease-ended.v1',
  {
    readonly intent_id: string;
    readonly lease_id: string;
    readonly scope: string;
    readonly holder: Actor;
    readonly how: 'released' | 'expired' | 'revoked';
    readonly by: Actor;
  }
>;

/** What leases add to the stream of a work intent. */
export type LeaseEvent = LeaseAcquired | LeaseRenewed | LeaseEnded;
