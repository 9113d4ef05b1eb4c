import { type Decider, type Personal, type Rejection, reject } from '@countersign/event-sourcing';
import type { Actor } from '../toolcall/events.ts';
import type { InvitationCreated, InvitationEvent, Whose } from './events.ts';

interface Invite {
  readonly kind: 'invite';
  readonly invitation: InvitationCreated['data'];
  readonly personal: Personal;
}

/** Uses it up: once, before its end. */
interface Accept {
  readonly kind: 'accept';
  readonly time: string;
}

interface Revoke {
  readonly kind: 'revoke';
  readonly by: Actor;
}

/** Ends it when its time is over, if nothing else has. */
interface Expire {
  readonly kind: 'expire';
  readonly time: string;
}

/** Everything that can be asked of an invitation. */
export type InvitationCommand = Invite | Accept | Revoke | Expire;

/** `expired`: too late. `void`: it has ended otherwise. */
export type InvitationRejection = 'not_found' | 'expired' | 'void';

/** An invitation as far as its stream decides. */
export type Invitation =
  | { readonly status: 'none' }
  | {
      readonly status: 'pending' | 'accepted' | 'revoked' | 'expired';
      readonly whose: Whose;
      readonly expiresAt: string;
    };

function evolve(state: Invitation, event: InvitationEvent): Invitation {
  if (event.type === 'invitation-created.v1') {
    const { invitation_id, user_id, expires_at: expiresAt } = event.data;
    return { status: 'pending', whose: { invitation_id, user_id }, expiresAt };
  }
  if (state.status === 'none') return state;
  switch (event.type) {
    case 'invitation-accepted.v1':
      return { ...state, status: 'accepted' };
    case 'invitation-revoked.v1':
      return { ...state, status: 'revoked' };
    case 'invitation-expired.v1':
      return { ...state, status: 'expired' };
    default:
      return state;
  }
}

function decide(
  command: InvitationCommand,
  state: Invitation,
): readonly InvitationEvent[] | Rejection<InvitationRejection> {
  if (command.kind === 'invite') {
    const { invitation: data, personal } = command;
    return state.status === 'none' ? [{ type: 'invitation-created.v1', data, personal }] : [];
  }
  if (state.status === 'none') return reject('not_found', 'there is no such invitation');
  const { status, whose, expiresAt } = state;
  switch (command.kind) {
    case 'accept':
      if (status === 'expired' || (status === 'pending' && isOver(expiresAt, command.time)))
        return reject('expired', `the invitation ended at ${expiresAt}`);
      if (status !== 'pending') return reject('void', `the invitation is ${status}`);
      return [{ type: 'invitation-accepted.v1', data: whose }];
    case 'revoke':
      if (status === 'revoked') return [];
      if (status !== 'pending') return reject('void', `the invitation is ${status}`);
      return [{ type: 'invitation-revoked.v1', data: { ...whose, by: command.by } }];
    case 'expire':
      return status === 'pending' && isOver(expiresAt, command.time)
        ? [{ type: 'invitation-expired.v1', data: whose }]
        : [];
  }
}

function isOver(expiresAt: string, time: string): boolean {
  return Date.parse(expiresAt) <= Date.parse(time);
}

/** Pending until it ends, once. */
export const invitation: Decider<Invitation, InvitationCommand, InvitationEvent, InvitationRejection> = {
  initial: { status: 'none' },
  evolve,
  decide,
};
