import type { DomainEvent } from '@countersign/event-sourcing';
import type { Actor } from '../toolcall/events.ts';
import type { Registration } from '../user/events.ts';

/** Of whom an invitation is. */
export type Whose = { readonly invitation_id: string; readonly user_id: string };

/** Personal: handle. The token is in no event. */
export type InvitationCreated = DomainEvent<
  'invitation-created.v1',
  Whose & {
    readonly roles: Registration['roles'];
    readonly hash: string;
    readonly expires_at: string;
    readonly by: Actor;
    /** Whether who invited owned the installation, and with it every organization. */
    readonly by_installation_owner: boolean;
  }
>;

type InvitationAccepted = DomainEvent<'invitation-accepted.v1', Whose>;

type InvitationRevoked = DomainEvent<'invitation-revoked.v1', Whose & { readonly by: Actor }>;

type InvitationExpired = DomainEvent<'invitation-expired.v1', Whose>;

/** Everything that the stream of an invitation holds. */
export type InvitationEvent = InvitationCreated | InvitationAccepted | InvitationRevoked | InvitationExpired;
