import type { InvitationCreated } from '@countersign/contracts';
import type { Message } from '@countersign/message-bus';

/** `accepted` may still have no user: the registration is an event of its own. */
export type InvitationState = 'pending' | 'accepted' | 'revoked' | 'expired';

/** An invitation as the events tell; its handle can be opened from the creating event. */
export interface InvitationEntry {
  readonly id: string;
  readonly organization: string;
  readonly data: InvitationCreated;
  readonly created: Message;
  readonly state: InvitationState;
}

/** All invitations, folded from control events. */
export interface Invitations {
  invitation(id: string): InvitationEntry | undefined;
  /** Sorted by id, which is the order of their making. */
  invitations(organization: string): InvitationEntry[];
  /** Those that wait to be accepted. */
  pendingInvitations(): readonly InvitationEntry[];
  /** Whether an invitation still keeps a seat: pending, or accepted and about to make its user; for who was a user meanwhile it is over. */
  keepsSeat(invitation: InvitationEntry): boolean;
  /** Whether a seat is kept for somebody who is no user yet: invited, or accepted and about to be registered. */
  isInvited(organization: string, userId: string): boolean;
}

const STATES: { readonly [type: string]: InvitationState } = {
  'invitation.accepted': 'accepted',
  'invitation.revoked': 'revoked',
  'invitation.expired': 'expired',
};

/** What invitations are folded from. */
export const INVITATION_TYPES = [
  'invitation.created',
  ...Object.keys(STATES),
  'user.registered',
  'user.removed',
] as const;

/** Empty; the registration of a user ends the seat that an invitation kept for them. */
export function createInvitations(): Invitations & { fold(message: Message): void } {
  const entries = new Map<string, InvitationEntry>();
  /** Asked for several times a second, and few of all there ever were. */
  const pending = new Map<string, InvitationEntry>();
  /** Ids of the invitations that keep a seat, by user. */
  const seats = new Map<string, ReadonlySet<string>>();
  const userOf = (organization: string, id: string) => `${organization}:${id}`;

  const set = (entry: InvitationEntry): void => {
    entries.set(entry.id, entry);
    if (entry.state === 'pending') pending.set(entry.id, entry);
    else pending.delete(entry.id);
    const user = userOf(entry.organization, entry.data.user_id);
    const others = new Set(seats.get(user) ?? []);
    if (entry.state === 'pending') others.add(entry.id);
    if (entry.state === 'revoked' || entry.state === 'expired') others.delete(entry.id);
    seats.set(user, others);
  };

  return {
    invitation: (id) => entries.get(id),
    invitations: (organization) =>
      [...entries.values()]
        .filter((entry) => entry.organization === organization)
        .sort((a, b) => (a.id < b.id ? -1 : 1)),
    pendingInvitations: () => [...pending.values()],
    keepsSeat: ({ id, organization, data }) =>
      seats.get(userOf(organization, data.user_id))?.has(id) === true,
    isInvited: (organization, userId) => (seats.get(userOf(organization, userId))?.size ?? 0) > 0,
    fold(message) {
      const { type, organization } = message;
      if (type === 'invitation.created') {
        const data = message.data as unknown as InvitationCreated;
        set({ id: data.invitation_id, organization, data, created: message, state: 'pending' });
        return;
      }
      // The seat of who is registered is their own, and goes with them.
      if (type === 'user.registered' || type === 'user.removed')
        seats.delete(userOf(organization, String(message.data.user_id)));
      const known = entries.get(String(message.data.invitation_id));
      const state = STATES[type];
      if (known && state) set({ ...known, state });
    },
  };
}
