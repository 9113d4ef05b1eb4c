import { alwaysIdempotent, spec } from '@countersign/event-sourcing/testing';
import { describe, expect, it } from 'vitest';
import { commandsOfAUser, OWNER, registerUser, removeUser } from '../testing/registration-commands.ts';
import { user } from './decide.ts';
import type { UserEvent } from './events.ts';

const { registration, personal } = registerUser();
const registered: UserEvent = { type: 'user-registered.v1', data: { ...registration, by: OWNER }, personal };

describe('registering a user', () => {
  it('makes them known', () => {
    spec(user).given().when(registerUser()).then(registered);
  });

  it('with the same again changes nothing', () => {
    spec(user).given(registered).when(registerUser()).thenNothing();
  });

  it('with other roles changes them, and tells the whole registration', () => {
    const roles = [{ scope: { organization: 'acme' }, role: 'operator' }];
    const data = { ...registration, roles, by: OWNER };
    spec(user)
      .given(registered)
      .when(registerUser({ roles }))
      .then({ type: 'user-changed.v1', data, personal });
  });

  it('only as somebody new changes nobody who is there', () => {
    const roles = [{ scope: { organization: 'acme' }, role: 'operator' }];
    spec(user)
      .given(registered)
      .when({ ...registerUser({ roles }), onlyNew: true })
      .thenNothing();
    spec(user)
      .given()
      .when({ ...registerUser(), onlyNew: true })
      .then(registered);
  });

  it('under another name is a change', () => {
    const changed = user.decide(registerUser({}, false), user.evolve(user.initial, registered));
    expect(changed).toMatchObject([{ type: 'user-changed.v1' }]);
  });
});

it('is not changed after another version than the one that the change is to follow', () => {
  spec(user)
    .given(registered)
    .when({ ...removeUser, follows: 0 })
    .thenRejected('version_conflict');
  const taken = registerUser({ roles: [] });
  spec(user)
    .given(registered)
    .when({ ...taken, follows: 2 })
    .thenRejected('version_conflict');
  spec(user)
    .given(registered)
    .when({ ...removeUser, follows: 1 })
    .then({ type: 'user-removed.v1', data: { user_id: registration.user_id, by: OWNER } });
});

it('goes on with the same again where a change of somebody else would follow this version, and else does not', () => {
  spec(user)
    .given(registered)
    .when({ ...registerUser(), passes: 1 })
    .then({ type: 'user-changed.v1', data: { ...registration, by: OWNER }, personal });
  spec(user)
    .given(registered)
    .when({ ...registerUser(), passes: 0 })
    .thenNothing();
});

it('is not changed by who saw other roles than there are: what they may was judged by those', () => {
  const seen = [{ scope: { organization: 'acme' }, role: 'owner' }];
  const stale = { ...registerUser({ roles: seen }), seen };
  spec(user).given(registered).when(stale).thenRejected('version_conflict');
  spec(user)
    .given(registered)
    .when({ ...removeUser, seen })
    .thenRejected('version_conflict');
  spec(user)
    .given(registered)
    .when({ ...registerUser(), seen })
    .thenNothing();
  spec(user).given().when(stale).thenRejected('version_conflict');
});

describe('removing a user', () => {
  const removed: UserEvent = { type: 'user-removed.v1', data: { user_id: 'alice', by: OWNER } };

  it('ends the membership; who is registered then begins anew', () => {
    spec(user).given(registered).when(removeUser).then(removed);
    spec(user).given(registered, removed).when(registerUser()).then(registered);
  });

  it('needs one', () => {
    spec(user).given().when(removeUser).thenRejected('not_found');
    spec(user).given(registered, removed).when(removeUser).thenRejected('not_found');
  });
});

it('decides nothing the second time, whatever came before', () => {
  alwaysIdempotent(user, commandsOfAUser);
});
