import { z } from 'zod';
import { MAX_MEMBERS } from '../limits.ts';
import { actor, principal } from '../vocabulary/principal.ts';
import { id } from '../vocabulary/scalars.ts';
import { type DataOf, eventsOf } from './define-event.ts';

const defineEvent = eventsOf({ topic: 'agent.control', category: 'group', service: 'gateway' });

const registration = { group_id: id, members: z.array(principal).max(MAX_MEMBERS), by: actor };

export const groupRegistered = defineEvent({
  type: 'group.registered',
  description: 'A group exists: approvals may ask for it, and access may be granted to it.',
  data: registration,
});

export const groupChanged = defineEvent({
  type: 'group.changed',
  description: 'A group has other members; all of them.',
  data: registration,
});

export const groupRemoved = defineEvent({
  type: 'group.removed',
  description:
    'The group has no members any more and is not listed. What access lists gave it ends here: registered anew, it begins anew.',
  data: { group_id: id, by: actor },
});

export type GroupRegistered = DataOf<typeof groupRegistered>;
export type GroupChanged = DataOf<typeof groupChanged>;
export type GroupRemoved = DataOf<typeof groupRemoved>;
