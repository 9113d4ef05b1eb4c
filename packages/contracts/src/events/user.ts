import { z } from 'zod';
import { MAX_ROLES } from '../limits.ts';
import { actor } from '../vocabulary/principal.ts';
import { id, score } from '../vocabulary/scalars.ts';
import { approvalLevels, recordedRole } from '../vocabulary/scope.ts';
import { nameText } from '../vocabulary/text.ts';
import { type DataOf, eventsOf } from './define-event.ts';

const defineEvent = eventsOf({ topic: 'agent.control', category: 'user', service: 'gateway' });

const registration = {
  user_id: id,
  roles: z.array(recordedRole).max(MAX_ROLES),
  approval_level: z.enum(approvalLevels),
  trust_score: score,
  by: actor,
};

/** The first event of every user, and of one who was removed and comes back. `trust_score` 0 to 1000. */
export const userRegistered = defineEvent({
  type: 'user.registered',
  description: 'A user exists.',
  data: registration,
  erasable: { display_name: nameText.nullable() },
});

/** The registration in full, so that the last one is all that has to be read. */
export const userChanged = defineEvent({
  type: 'user.changed',
  description: 'A user was registered anew with something different; the whole registration.',
  data: registration,
  erasable: { display_name: nameText.nullable() },
});

/** Everything that the person had ends; the id is free for somebody else. */
export const userRemoved = defineEvent({
  type: 'user.removed',
  description:
    'The user is no member any more: the roles, keys, memberships and entries of access lists end here, and what rests on them is void. Registered anew, somebody begins anew.',
  data: { user_id: id, by: actor },
});

/** The clear data of `user.registered`. */
export type UserRegistered = DataOf<typeof userRegistered>;
/** The clear data of `user.changed`. */
export type UserChanged = DataOf<typeof userChanged>;
/** The clear data of `user.removed`. */
export type UserRemoved = DataOf<typeof userRemoved>;
