import { z } from 'zod';
import { MAX_ROLES } from '../limits.ts';
import { actor } from '../vocabulary/principal.ts';
import { digest, id, timestamp, uuid } from '../vocabulary/scalars.ts';
import { recordedRole } from '../vocabulary/scope.ts';
import { nameText } from '../vocabulary/text.ts';
import { type DataOf, eventsOf } from './define-event.ts';

const defineEvent = eventsOf({ topic: 'agent.control', category: 'invitation', service: 'gateway' });

const whose = { invitation_id: uuid, user_id: id };

/** The first event of every invitation. `by_installation_owner`: their right to give these roles is no role. */
export const invitationCreated = defineEvent({
  type: 'invitation.created',
  description:
    'Somebody may become a user with these roles, and a seat is kept for them. The token is in no event: `hash` is its SHA-256.',
  data: {
    ...whose,
    roles: z.array(recordedRole).max(MAX_ROLES),
    hash: digest,
    expires_at: timestamp,
    by: actor,
    by_installation_owner: z.boolean(),
  },
  erasable: { handle: nameText.nullable() },
});

/** The token was used. The user and the key follow as events of their own. */
export const invitationAccepted = defineEvent({
  type: 'invitation.accepted',
  description: 'The invitation is used up; its user is registered next.',
  data: whose,
});

/** Taken back by somebody. */
export const invitationRevoked = defineEvent({
  type: 'invitation.revoked',
  description: 'The invitation can not be accepted any more, and its seat is free.',
  data: { ...whose, by: actor },
});

/** Written when the time is over; nobody could accept it since. */
export const invitationExpired = defineEvent({
  type: 'invitation.expired',
  description: 'Nobody accepted the invitation in its time; its seat is free.',
  data: whose,
});

/** The clear data of `invitation.created`. */
export type InvitationCreated = DataOf<typeof invitationCreated>;
/** The clear data of `invitation.accepted`. */
export type InvitationAccepted = DataOf<typeof invitationAccepted>;
/** The clear data of `invitation.revoked`. */
export type InvitationRevoked = DataOf<typeof invitationRevoked>;
/** The clear data of `invitation.expired`. */
export type InvitationExpired = DataOf<typeof invitationExpired>;
