import { z } from 'zod';
import { MAX_MEMBERS } from '../limits.ts';
import { actor, principal } from '../vocabulary/principal.ts';
import { id } from '../vocabulary/scalars.ts';
import { type DataOf, eventsOf } from './define-event.ts';

const defineEvent = eventsOf({ topic: 'agent.control', category: 'group', service: 'gateway' });

const registration = { group_id: id, members: z.array(principal).max(MAX_MEMBERS), by: actor };

/** The first event of every group, and of one that was removed and comes back. */
export const groupRegistered = defineEvent({
  type: 'group.registered',
  description: 'A group exists: approvals may ask for it, and access may be granted to it.',
  data: registration,
});

/** The members in full. */
export const groupChanged = defineEvent({
  type: 'group.changed',
  description: 'A group has other members; all of them.',
  data: registration,
});

/** The group ended; entries of access lists that name it count for nobody. */
export const groupRemoved = defineEvent({
  type: 'group.removed',
  description:
    'The group has no members any more and is not listed. What access lists gave it ends here: registered anew, it begins anew.',
  data: { group_id: id, by: actor },
});

/** The clear data of `group.registered`. */
export type GroupRegistered = DataOf<typeof groupRegistered>;
/** The clear data of `group.changed`. */
export type GroupChanged = DataOf<typeof groupChanged>;
/** The clear data of `group.removed`. */
export type GroupRemoved = DataOf<typeof groupRemoved>;
