import { alwaysIdempotent, spec } from '@countersign/event-sourcing/testing';
import { describe, it } from 'vitest';
import { commandsOfAGroup, OWNER, registerGroup, removeGroup } from '../testing/registration-commands.ts';
import { group } from './decide.ts';
import type { GroupEvent } from './events.ts';

const members = [{ kind: 'user', id: 'alice' }] as const;
const registered: GroupEvent = {
  type: 'group-registered.v1',
  data: { group_id: 'finance', members, by: OWNER },
};
const removed: GroupEvent = { type: 'group-removed.v1', data: { group_id: 'finance', by: OWNER } };

describe('a group', () => {
  it('is registered, and changed where its members are others', () => {
    spec(group).given().when(registerGroup('alice')).then(registered);
    spec(group).given(registered).when(registerGroup('alice')).thenNothing();
    spec(group)
      .given(registered)
      .when(registerGroup())
      .then({ type: 'group-changed.v1', data: { group_id: 'finance', members: [], by: OWNER } });
  });

  it('is changed where somebody it names has to join again', () => {
    const again = { ...registerGroup('alice'), leftSince: 1 };
    spec(group)
      .given(registered)
      .when(again)
      .then({ ...registered, type: 'group-changed.v1' });
    const changed: GroupEvent = { ...registered, type: 'group-changed.v1' };
    spec(group).given(registered, changed).when(again).thenNothing();
  });

  it('is not changed on a right that was judged by what it is no more', () => {
    const changed: GroupEvent = { ...registered, type: 'group-changed.v1' };
    const seeing = (seen: number) => ({ ...registerGroup(), seen });
    const data = { group_id: 'finance', members: [], by: OWNER };
    spec(group).given(registered).when(seeing(1)).then({ type: 'group-changed.v1', data });
    spec(group).given().when(seeing(0)).then({ type: 'group-registered.v1', data });
    spec(group).given(registered, removed).when(seeing(0)).then({ type: 'group-registered.v1', data });
    spec(group).given(registered, changed).when(seeing(1)).thenRejected('version_conflict');
    spec(group).given(registered).when(seeing(0)).thenRejected('version_conflict');
    spec(group).given(registered, removed).when(seeing(1)).thenRejected('version_conflict');
    spec(group)
      .given(registered)
      .when({ ...registerGroup('alice'), seen: 0 })
      .thenNothing();
  });

  it('is removed once, and registered anew', () => {
    spec(group).given().when(removeGroup).thenRejected('not_found');
    spec(group).given(registered).when(removeGroup).then(removed);
    spec(group).given(registered, removed).when(removeGroup).thenNothing();
    spec(group).given(registered, removed).when(registerGroup('alice')).then(registered);
  });
});

it('decides nothing the second time, whatever came before', () => {
  alwaysIdempotent(group, commandsOfAGroup);
});
