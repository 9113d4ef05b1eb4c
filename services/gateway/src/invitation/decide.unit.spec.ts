import { alwaysIdempotent, spec } from '@countersign/event-sourcing/testing';
import { describe, it } from 'vitest';
import { AT, later } from '../testing/call-commands.ts';
import { commandsOfAnInvitation, INVITATION_ID, invite, OWNER } from '../testing/registration-commands.ts';
import { invitation } from './decide.ts';
import type { InvitationEvent } from './events.ts';

const whose = { invitation_id: INVITATION_ID, user_id: 'alice' };
const created: InvitationEvent = {
  type: 'invitation-created.v1',
  data: invite.invitation,
  personal: invite.personal,
};
const accepted: InvitationEvent = { type: 'invitation-accepted.v1', data: whose };
const revoked: InvitationEvent = { type: 'invitation-revoked.v1', data: { ...whose, by: OWNER } };
const expired: InvitationEvent = { type: 'invitation-expired.v1', data: whose };
const accept = (time = AT) => ({ kind: 'accept', time }) as const;
const expire = (time = AT) => ({ kind: 'expire', time }) as const;
const revoke = { kind: 'revoke', by: OWNER } as const;

describe('an invitation', () => {
  it('is accepted once, before its end', () => {
    spec(invitation).given().when(invite).then(created);
    spec(invitation).given(created).when(accept()).then(accepted);
    spec(invitation).given(created, accepted).when(accept()).thenRejected('void');
    spec(invitation)
      .given(created)
      .when(accept(later(60_000)))
      .thenRejected('expired');
    spec(invitation).given(created, expired).when(accept()).thenRejected('expired');
  });

  it('is revoked while it waits', () => {
    spec(invitation).given(created).when(revoke).then(revoked);
    spec(invitation).given(created, revoked).when(revoke).thenNothing();
    spec(invitation).given(created, revoked).when(accept()).thenRejected('void');
    spec(invitation).given(created, accepted).when(revoke).thenRejected('void');
  });

  it('expires at its end, if it waits still', () => {
    spec(invitation).given(created).when(expire()).thenNothing();
    spec(invitation)
      .given(created)
      .when(expire(later(60_000)))
      .then(expired);
    spec(invitation)
      .given(created, accepted)
      .when(expire(later(60_000)))
      .thenNothing();
  });

  it('that nobody made is not found', () => {
    for (const command of [accept(), revoke, expire()])
      spec(invitation).given().when(command).thenRejected('not_found');
  });
});

it('decides nothing the second time, whatever came before', () => {
  alwaysIdempotent(invitation, commandsOfAnInvitation);
});
