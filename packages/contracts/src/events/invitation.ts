import { z } from 'zod';
import { MAX_ROLES } from '../limits.ts';
import { actor } from '../vocabulary/principal.ts';
import { digest, id, timestamp, uuid } from '../vocabulary/scalars.ts';
import { recordedRole } from '../vocabulary/scope.ts';
import { nameText } from '../vocabulary/text.ts';
import { type DataOf, eventsOf } from './define-event.ts';

const defineEvent = eventsOf({ topic: 'agent.control', category: 'invitation', service: 'gateway' });

const whose = { invitation_id: uuid, user_id: id };

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

export const invitationAccepted = defineEvent({
  type: 'invitation.accepted',
  description: 'The invitation is used up; its user is registered next.',
  data: whose,
});

export const invitationRevoked = defineEvent({
  type: 'invitation.revoked',
  description: 'The invitation can not be accepted any more, and its seat is free.',
  data: { ...whose, by: actor },
});

export const invitationExpired = defineEvent({
  type: 'invitation.expired',
  description: 'Nobody accepted the invitation in its time; its seat is free.',
  data: whose,
});

export type InvitationCreated = DataOf<typeof invitationCreated>;
export type InvitationAccepted = DataOf<typeof invitationAccepted>;
export type InvitationRevoked = DataOf<typeof invitationRevoked>;
export type InvitationExpired = DataOf<typeof invitationExpired>;
