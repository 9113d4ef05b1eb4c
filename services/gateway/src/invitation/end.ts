import type { Problem } from '@countersign/contracts';
import type { Directory } from '@countersign/directory';
import { streamName } from '@countersign/event-sourcing';
import type { CommandHandler } from '@countersign/event-store';
import { edgeMetadata, type ServiceDependencies } from '@countersign/service';
import { answeredEverywhere, type ReachedEverywhere } from '../killswitch/reached-everywhere.ts';
import type { Actor } from '../toolcall/events.ts';
import type { Invitation, InvitationCommand, InvitationRejection } from './decide.ts';

/** Revokes the invitations that somebody has, as they have become a user, or are none any more. */
export type EndInvitations = (organization: string, userId: string, by: Actor) => Promise<Problem | null>;

/** Ends pending invitations of somebody by revoking each. */
export function createEndInvitations(deps: {
  readonly service: ServiceDependencies;
  readonly invitations: CommandHandler<Invitation, InvitationCommand, InvitationRejection>;
  readonly directory: Directory;
  readonly reached: ReachedEverywhere;
}): EndInvitations {
  return async (organization, userId, by) => {
    const pending = deps.directory
      .pendingInvitations()
      .filter((one) => one.organization === organization && one.data.user_id === userId);
    for (const { id } of pending) {
      const handled = await deps.invitations.handle(
        streamName('invitation', id),
        { kind: 'revoke', by },
        edgeMetadata(deps.service, { organization }),
      );
      // One that was accepted or has ended meanwhile is over too.
      if (handled.kind === 'rejected') continue;
      const failed = await answeredEverywhere(handled, deps.reached, () => null);
      if (failed) return failed;
    }
    return null;
  };
}
