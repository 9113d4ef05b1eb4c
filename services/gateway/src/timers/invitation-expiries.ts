import type { Directory, InvitationEntry } from '@countersign/directory';
import { reactionId, streamName } from '@countersign/event-sourcing';
import type { CommandHandler } from '@countersign/event-store';
import type { DueSource } from '@countersign/processing';
import type { Invitation, InvitationCommand, InvitationRejection } from '../invitation/decide.ts';

/** Invitations that nobody has accepted in time: their seats are free again. */
export function createInvitationExpiries(deps: {
  readonly invitations: CommandHandler<Invitation, InvitationCommand, InvitationRejection>;
  readonly directory: Directory;
}): DueSource<InvitationEntry> {
  return {
    find: async (nowMs, limit) =>
      deps.directory
        .pendingInvitations()
        .filter(({ data }) => Date.parse(data.expires_at) <= nowMs)
        .slice(0, limit),
    async fire(one, nowMs) {
      const time = new Date(nowMs).toISOString();
      return deps.invitations.handle(
        streamName('invitation', one.id),
        { kind: 'expire', time },
        {
          organization: one.organization,
          time,
          eventId: (index) => reactionId(one.created.id, 'gateway.invitation-expiry.v1', index),
        },
      );
    },
  };
}
