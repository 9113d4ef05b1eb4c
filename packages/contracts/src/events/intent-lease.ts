import { z } from 'zod';
import { leaseEnds, leaseScope } from '../vocabulary/lease.ts';
import { actor } from '../vocabulary/principal.ts';
import { timestamp, uuid } from '../vocabulary/scalars.ts';
import { type DataOf, eventsOf } from './define-event.ts';

const defineEvent = eventsOf({ topic: 'agent.control', category: 'workintent', service: 'policy-engine' });

/** It counts before its end only, whether or not that is recorded. */
export const leaseAcquired = defineEvent({
  type: 'workintent.lease_acquired',
  description: 'Somebody alone may patch a part of the state of a work intent, until a time.',
  data: { intent_id: uuid, lease_id: uuid, scope: leaseScope, expires_at: timestamp, by: actor },
});

/** By its holder. */
export const leaseRenewed = defineEvent({
  type: 'workintent.lease_renewed',
  description: 'Who holds a lease has put off its end.',
  data: { intent_id: uuid, lease_id: uuid, expires_at: timestamp, by: actor },
});

/** The part of the state is anybody's again. */
export const leaseEnded = defineEvent({
  type: 'workintent.lease_ended',
  description:
    'A lease was given back, has run out, or was taken because its holder lost the right that it rested on.',
  data: {
    intent_id: uuid,
    lease_id: uuid,
    scope: leaseScope,
    holder: actor,
    how: z.enum(leaseEnds),
    by: actor,
  },
});

/** The clear data of `workintent.lease_acquired`. */
export type LeaseAcquired = DataOf<typeof leaseAcquired>;
/** The clear data of `workintent.lease_renewed`. */
export type LeaseRenewed = DataOf<typeof leaseRenewed>;
/** The clear data of `workintent.lease_ended`. */
export type LeaseEnded = DataOf<typeof leaseEnded>;
