import { type AclEntry, type AclState, includesLevel, recordOf } from '@countersign/access';
import { describe, expect, it } from 'vitest';
import { createIntentStanding, LEVEL_OF_CALLS } from './intent-standing.ts';
import { createEverSince, type Known } from './replay.ts';
import { createKnownWorld } from './testing/known-world.ts';
import { timeAt } from './testing/messages.ts';

const CREATOR = { kind: 'agent', id: 'creator' } as const;
const INTENT = { kind: 'intent', id: 'one' } as const;
const SPACE = { kind: 'namespace', id: 'space' } as const;
const CALL = { organization: 'acme', agent_id: 'worker', intent_id: 'one' };
const LATE = timeAt(1_000);

type Event = readonly [type: string, resource: AclState['resource'] | AclEntry['principal'], data: object];

function entry(id: string, given: Partial<AclEntry> = {}): AclEntry {
  return {
    id,
    principal: { kind: 'agent', id: 'worker' },
    level: 'write',
    delegable: null,
    parent: null,
    grantedBy: CREATOR,
    grantedAt: timeAt(0),
    expiresAt: null,
    ...given,
  };
}

const begun = (
  resource: AclState['resource'],
  entries: AclEntry[] = [],
  default_policy: AclState['defaultPolicy'] = null,
): Event => {
  const namespace = resource.kind === 'intent' ? 'space' : null;
  const terms = { default_policy, default_level: 'write', entries: entries.map(recordOf) };
  return ['acl.created', resource, { namespace, creator: CREATOR, ...terms }];
};
const granted = (one: AclEntry, resource: AclState['resource'] = INTENT): Event => [
  'acl.granted',
  resource,
  { entry: recordOf(one) },
];
const revoked = (one: AclEntry, resource: AclState['resource'] = INTENT): Event => {
  const { id, principal, level } = one;
  return ['acl.revoked', resource, { ended: [{ id, principal, level }] }];
};
const replaced = (default_policy: AclState['defaultPolicy'], ...entries: AclEntry[]): Event => {
  const terms = { default_policy, default_level: 'write', entries: entries.map(recordOf) };
  return ['acl.replaced', INTENT, { ...terms, added: [], ended: [] }];
};

const removed = (principal: AclEntry['principal']): Event => [
  `${principal.kind}.removed`,
  principal,
  { [`${principal.kind}_id`]: principal.id },
];

/** What is known after some events, and these as messages. */
function after(events: readonly Event[], nowMs = Date.parse(timeAt(500))) {
  const { known, tell } = createKnownWorld(() => nowMs);
  tell(['group.registered', 'group-acme:team', { ...members, by: CREATOR }]);
  const messages = events.map(([type, of, data]) =>
    type.startsWith('acl.')
      ? tell([type, `access-acme:${of.kind}:${of.id}`, { resource: of, by: CREATOR, ...data } as never])
      : tell([type, `${of.kind}-acme:${of.id}`, { by: CREATOR, ...data } as never]),
  );
  return { known, intents: known.intents, messages };
}

const team = { kind: 'group', id: 'team' } as const;
const alice = { kind: 'user', id: 'alice' } as const;
const hers = entry('hers', { principal: alice, delegable: { maxDepth: 1 } });
const less = entry('less', { level: 'read' });
const fromHers = entry('from-hers', { parent: 'hers' });
const members = { group_id: 'team', members: [{ kind: 'agent', id: 'worker' }] };

describe('what a call rests on', () => {
  it('is what its agent holds now, itself, by a group, or by the namespace', () => {
    const levelAfter = (...events: Event[]) => after(events).intents.levelOf(CALL);
    expect(levelAfter(begun(INTENT, [entry('a')]))).toBe('write');
    expect(levelAfter(begun(INTENT, [entry('a', { principal: team })]))).toBe('write');
    expect(levelAfter(begun(SPACE, [entry('a', { level: 'read' })]), begun(INTENT))).toBe('read');
    expect(levelAfter(begun(INTENT))).toBeNull();
  });

  it('is nothing that can be lost where it names a label, or nothing', () => {
    const { intents } = after([begun(INTENT)]);
    expect(intents.levelOf({ ...CALL, intent_id: 'a-label' })).toBeUndefined();
    expect(intents.levelOf({ ...CALL, intent_id: null })).toBeUndefined();
  });

  it('is over at the end of an entry, recorded or not', () => {
    const events = [begun(INTENT, [entry('a', { expiresAt: LATE })])];
    expect(after(events).intents.levelOf(CALL)).toBe('write');
    expect(after(events, Date.parse(LATE)).intents.levelOf(CALL)).toBeNull();
  });
});

describe('what names a group that was removed', () => {
  it('gives nothing to members of another of the same id', () => {
    const { intents } = after([
      begun(INTENT, [entry('a', { principal: team })]),
      removed(team),
      ['group.registered', team, members],
    ]);
    expect(intents.rights.groupsOf('acme', { kind: 'agent', id: 'worker' })).toEqual(['team']);
    expect(intents.levelOf(CALL)).toBeNull();
  });
});

describe('an event takes what a call rests on', () => {
  /** Whether anything has since the event before it: what comes later gives it back at most. */
  const takes = async (events: Event[], at = events.length - 1, call = CALL) => {
    const { known, messages } = after(events);
    const { organization, intent_id: id } = call;
    const rests = { organization, streams: [], resource: { kind: 'intent', id } as const };
    const begin = (then: Known) => (atMs: number) => {
      const intents = createIntentStanding({
        board: then.lists,
        directory: then.directory,
        nowMs: () => atMs,
      });
      const level = intents.levelOf(call);
      return level === undefined || includesLevel(level, LEVEL_OF_CALLS) ? null : 'taken';
    };
    const since = messages[at - 1]?.position ?? 0;
    return (await createEverSince(known)(rests, since, { begin, untold: 'untold' })) === 'taken';
  };

  it.each<[string, Event[], number, boolean]>([
    ['that revokes it', [begun(INTENT, [entry('a')]), revoked(entry('a'))], 1, true],
    [
      'that revokes it, whatever is granted later',
      [begun(INTENT, [entry('a')]), revoked(entry('a')), granted(entry('b'))],
      1,
      true,
    ],
    [
      'that revokes it, whatever is opened later',
      [begun(INTENT, [entry('a')]), revoked(entry('a')), replaced('open')],
      1,
      true,
    ],
    [
      'that revokes what the group had',
      [begun(INTENT, [entry('a', { principal: team })]), revoked(entry('a', { principal: team }))],
      1,
      true,
    ],
    [
      'not where another entry grants as much',
      [begun(INTENT, [entry('a'), entry('b')]), revoked(entry('a'))],
      1,
      false,
    ],
    [
      'not that of somebody else',
      [
        begun(INTENT, [entry('a'), entry('b', { principal: { kind: 'agent', id: 'other' } })]),
        revoked(entry('b', { principal: { kind: 'agent', id: 'other' } })),
      ],
      1,
      false,
    ],
    [
      'not by revoking what only let it read',
      [begun(INTENT, [entry('a'), entry('b', { level: 'read' })]), revoked(entry('b', { level: 'read' }))],
      1,
      false,
    ],
    ['that closes an open list', [begun(INTENT, [], 'open'), replaced('closed')], 1, true],
    ['not one that leaves it', [begun(INTENT, [], 'open'), replaced('closed', entry('a'))], 1, false],
    [
      'that revokes it in the namespace',
      [begun(SPACE, [entry('a')]), begun(INTENT), revoked(entry('a'), SPACE)],
      2,
      true,
    ],
    [
      'not in the namespace where the intent grants it',
      [begun(SPACE, [entry('a')]), begun(INTENT, [entry('b')]), revoked(entry('a'), SPACE)],
      2,
      false,
    ],
    ['that removes who delegated it', [begun(INTENT, [hers, fromHers]), removed(alice)], 1, true],
    [
      'that removes who delegated it, whatever is granted later',
      [begun(INTENT, [hers, fromHers]), removed(alice), granted(entry('b', { grantedAt: timeAt(400) }))],
      1,
      true,
    ],
    [
      'that removes who delegated it in the namespace',
      [begun(SPACE, [hers, fromHers]), begun(INTENT), removed(alice)],
      2,
      true,
    ],
    [
      'that removes the group, whatever is registered and granted later',
      [
        begun(INTENT, [entry('a', { principal: team })]),
        removed(team),
        ['group.registered', team, members],
        granted(entry('b', { principal: team, grantedAt: timeAt(400) })),
      ],
      1,
      true,
    ],
    ['not one that removes somebody else', [begun(INTENT, [hers, entry('a')]), removed(alice)], 1, false],
    ['not one that removes whom no list names', [begun(INTENT, [], 'closed'), removed(alice)], 1, false],
    ['not one that grants', [begun(INTENT, [entry('b')]), granted(entry('a'))], 1, false],
    ['that grants less than the list leaves open', [begun(INTENT, [], 'open'), granted(less)], 1, true],
    [
      'that grants less than the list leaves open, whatever ends later',
      [begun(INTENT, [], 'open'), granted(less), revoked(less)],
      1,
      true,
    ],
    [
      'that grants the group less than the list leaves open',
      [begun(INTENT, [], 'open'), granted({ ...less, principal: team })],
      1,
      true,
    ],
    [
      'that grants less than the namespace gives',
      [begun(SPACE, [entry('a')]), begun(INTENT), granted(less)],
      2,
      true,
    ],
    ['not one that grants less beside as much', [begun(INTENT, [entry('a')]), granted(less)], 1, false],
    [
      'not one that grants somebody else less',
      [begun(INTENT, [], 'open'), granted({ ...less, principal: alice })],
      1,
      false,
    ],
  ])('%s', async (_, events, at, taken) => {
    expect(await takes(events, at)).toBe(taken);
  });

  it('not from calls of other intents, and not from the creator', async () => {
    const events = [begun(INTENT, [entry('a')]), revoked(entry('a'))];
    expect(await takes(events, 1, { ...CALL, intent_id: 'other' })).toBe(false);
    expect(await takes(events, 1, { ...CALL, agent_id: 'creator' })).toBe(false);
  });
});
