import { type AclEntry, recordOf } from '@countersign/access';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFallByEvent, FALL_TYPES } from './fall-by-event.ts';
import { createFallSince } from './fall-since.ts';
import { createKnownWorld, type Step } from './testing/known-world.ts';
import { timeAt } from './testing/messages.ts';

const BY = { kind: 'user', id: 'olga' } as const;
const BOT = { kind: 'agent', id: 'bot' } as const;
const INTENT = { kind: 'intent', id: 'one' } as const;
const SPACE = { kind: 'namespace', id: 'space' } as const;
const CALL = {
  ...{ organization: 'acme', agent_id: 'bot', user_id: 'alice', tool_name: 'delete' },
  ...{ tool_definition_hash: 'h1', intent_id: 'one' },
};

type Resource = typeof INTENT | typeof SPACE;
type Name = 'bot' | 'team' | 'crew' | 'alice';
type Policy = 'open' | 'closed' | null;

/** What an administrator may do between the asking and the decision. */
type Act =
  | { readonly act: 'members'; readonly group: 'team' | 'crew'; readonly has: boolean }
  | { readonly act: 'remove-group'; readonly group: 'team' | 'crew' }
  | { readonly act: 'grant'; readonly on: Resource; readonly to: Name; readonly level: 'read' | 'write' }
  | { readonly act: 'revoke'; readonly on: Resource; readonly to: Name }
  | { readonly act: 'terms'; readonly on: Resource; readonly policy: Policy; readonly keeps: boolean }
  | { readonly act: 'enabled'; readonly is: boolean }
  | { readonly act: 'default'; readonly level: 'read' | 'write' | null }
  | { readonly act: 'catalog'; readonly grants: boolean }
  | { readonly act: 'role'; readonly role: 'developer' | 'keeper' | null };

const resource = fc.constantFrom<Resource>(INTENT, SPACE);
const group = fc.constantFrom('team' as const, 'crew' as const);
const name = fc.constantFrom<Name>('bot', 'team', 'crew', 'alice');
const acts: fc.Arbitrary<Act> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ act: fc.constant('members' as const), group, has: fc.boolean() }) },
  fc.record({ act: fc.constant('remove-group' as const), group }),
  {
    weight: 3,
    arbitrary: fc.record({
      ...{ act: fc.constant('grant' as const), on: resource, to: name },
      level: fc.constantFrom('read' as const, 'write' as const),
    }),
  },
  { weight: 3, arbitrary: fc.record({ act: fc.constant('revoke' as const), on: resource, to: name }) },
  fc.record({
    ...{ act: fc.constant('terms' as const), on: resource, keeps: fc.boolean() },
    policy: fc.constantFrom<Policy>('open', 'closed', null),
  }),
  fc.record({ act: fc.constant('enabled' as const), is: fc.boolean() }),
  fc.record({
    act: fc.constant('default' as const),
    level: fc.constantFrom('read' as const, 'write' as const, null),
  }),
  fc.record({ act: fc.constant('catalog' as const), grants: fc.boolean() }),
  fc.record({
    act: fc.constant('role' as const),
    role: fc.constantFrom('developer' as const, 'keeper' as const, null),
  }),
);

const principalOf = (id: Name) =>
  ({ kind: id === 'bot' ? 'agent' : id === 'alice' ? 'user' : 'group', id }) as AclEntry['principal'];
const keyOf = ({ kind, id }: Resource) => `${kind}:${id}`;

/** The same world, kept as plainly as can be: what there is now, and nothing of how it came. */
function createOracle() {
  const lists = { 'intent:one': list(null), 'namespace:space': list('open') };
  const members = { team: true, crew: false };
  const rest = {
    enabled: true,
    level: null as string | null,
    catalog: true,
    role: 'developer' as string | null,
  };
  function list(policy: Policy) {
    return { policy, entries: [] as { id: string; to: Name; level: 'read' | 'write' }[] };
  }
  const of = (on: Resource) => lists[keyOf(on) as keyof typeof lists];
  const answer = (on: Resource): string | null | 'elsewhere' => {
    const names = ['bot', ...(['team', 'crew'] as const).filter((one) => members[one])];
    const levels = of(on).entries.flatMap(({ to, level }) => (names.includes(to) ? [level] : []));
    if (levels.length > 0) return levels.includes('write') ? 'write' : 'read';
    return of(on).policy === null ? 'elsewhere' : of(on).policy === 'open' ? 'write' : null;
  };
  return {
    of,
    members,
    rest,
    stands(): boolean {
      let level = answer(INTENT);
      if (level === 'elsewhere') level = answer(SPACE);
      if (level === 'elsewhere') level = rest.level;
      const mayRole = rest.role === 'keeper' || (rest.role === 'developer' && rest.catalog);
      return rest.enabled && level === 'write' && mayRole;
    },
  };
}

/** Does what an act says, to the oracle and as an event; an act that changes nothing is none. */
function perform(one: Act, at: number, oracle: ReturnType<typeof createOracle>): Step | null {
  const { rest, members, of } = oracle;
  const stream = (on: Resource) => `access-acme:${keyOf(on)}`;
  const ended = (entries: readonly { id: string; to: Name; level: string }[]) =>
    entries.map(({ id, to, level }) => ({ id, principal: principalOf(to), level }));
  switch (one.act) {
    case 'members': {
      members[one.group] = one.has;
      return groupStep(one.group, one.has);
    }
    case 'remove-group': {
      members[one.group] = false;
      for (const on of [INTENT, SPACE]) of(on).entries = of(on).entries.filter(({ to }) => to !== one.group);
      return ['group.removed', `group-acme:${one.group}`, { group_id: one.group, by: BY }];
    }
    case 'grant': {
      const { on, to, level } = one;
      of(on).entries.push({ id: `e${at}`, to, level });
      const entry = recordOf(entryOf(`e${at}`, to, level, at));
      return ['acl.granted', stream(on), { resource: on, entry, by: BY } as never];
    }
    case 'revoke': {
      const { on, to } = one;
      const gone = of(on).entries.filter((entry) => entry.to === to);
      if (gone.length === 0) return null;
      of(on).entries = of(on).entries.filter((entry) => entry.to !== to);
      return ['acl.revoked', stream(on), { resource: on, ended: ended(gone), by: BY } as never];
    }
    case 'terms': {
      const { on, policy, keeps } = one;
      const gone = keeps ? [] : of(on).entries;
      if (!keeps) of(on).entries = [];
      of(on).policy = policy;
      const entries = of(on).entries.map(({ id, to, level }) =>
        recordOf(entryOf(id, to, level, Number(id.slice(1)))),
      );
      const terms = {
        default_policy: policy,
        default_level: 'write',
        entries,
        added: [],
        ended: ended(gone),
      };
      return ['acl.replaced', stream(on), { resource: on, ...terms, by: BY } as never];
    }
    case 'enabled':
      rest.enabled = one.is;
      return [one.is ? 'agent.enabled' : 'agent.disabled', 'agent-acme:bot', { agent_id: 'bot', by: BY }];
    case 'default': {
      rest.level = one.level;
      const access = { default_permission: one.level, approval_required: false };
      return ['agent.access_set', 'agent-acme:bot', { agent_id: 'bot', ...access }];
    }
    case 'catalog': {
      rest.catalog = one.grants;
      return catalogStep(one.grants);
    }
    case 'role': {
      rest.role = one.role;
      const roles = one.role === null ? [] : [{ scope: { organization: 'acme' }, role: one.role }];
      return ['user.changed', 'user-acme:alice', { user_id: 'alice', roles }];
    }
  }
}

function entryOf(id: string, to: Name, level: 'read' | 'write', at: number): AclEntry {
  // Granted when its event comes, as the ledger tells the time.
  const grantedAt = timeAt(BEGUN.length + 1 + at);
  return {
    ...{ id, principal: principalOf(to), level, delegable: null, parent: null },
    ...{ grantedBy: BY, grantedAt, expiresAt: null },
  };
}

/** Keepers may always what developers may only where it says so. */
function catalogStep(grants: boolean): Step {
  const roles = [
    { role: 'developer', permissions: grants ? ['manage_agents'] : ['read'] },
    { role: 'keeper', permissions: ['manage_agents'] },
  ];
  const data = { source: 'api', roles: { organization: roles, workspace: [], project: [] } };
  return ['role.catalog.applied', 'rolecatalog-installation', data, 'default'];
}

const groupStep = (group: 'team' | 'crew', has: boolean): Step => [
  'group.changed',
  `group-acme:${group}`,
  { group_id: group, members: [{ kind: 'agent', id: 'other' }, ...(has ? [BOT] : [])], by: BY },
];
const begun = (on: Resource, policy: Policy): Step => [
  'acl.created',
  `access-acme:${keyOf(on)}`,
  {
    ...{ resource: on, namespace: on === INTENT ? 'space' : null, creator: BY, by: BY },
    ...{ default_policy: policy, default_level: 'write', entries: [] },
  },
];
const ROLES = [{ scope: { organization: 'acme' }, role: 'developer' }];
const DECLARATION = { required_permissions: ['manage_agents'] };
const BEGUN: readonly Step[] = [
  catalogStep(true),
  ['user.registered', 'user-acme:alice', { user_id: 'alice', roles: ROLES }],
  ['agent.registered', 'agent-acme:bot', { agent_id: 'bot', owner: 'olga', acts_for: 'any', project: 'web' }],
  ['tool.declared', 'tool-acme:delete', { name: 'delete', definition_hash: 'h1', declaration: DECLARATION }],
  groupStep('team', true),
  groupStep('crew', false),
  begun(SPACE, 'open'),
  begun(INTENT, null),
];

/** Acts before the asking and after it; how the call has stood at and since the asking; and what is known of it at the end. */
function live(before: readonly Act[], since: readonly Act[]) {
  const { known, tell } = createKnownWorld(() => Date.parse(timeAt(10_000)));
  const oracle = createOracle();
  for (const step of BEGUN) tell(step);
  const stood: boolean[] = [];
  const told = [...before, ...since].map((act, at) => {
    if (at === before.length) stood.push(oracle.stands());
    const step = perform(act, at, oracle) ?? groupStep('crew', oracle.members.crew);
    const message = tell(step);
    if (at >= before.length) stood.push(oracle.stands());
    return message;
  });
  const asked = BEGUN.length + before.length;
  return { known, asked, stood, after: told.slice(before.length) };
}

describe('a right that was interrupted since the asking, judged by living through it', () => {
  const some = fc.array(acts, { maxLength: 6 });
  const later = fc.array(acts, { minLength: 1, maxLength: 9 });

  it('leaves no question standing, and no other right fells one', async () => {
    let [standing, fallen] = [0, 0];
    await fc.assert(
      fc.asyncProperty(some, later, async (before, since) => {
        const { known, asked, stood } = live(before, since);
        const always = stood.every(Boolean);
        expect((await createFallSince(known)(CALL, asked)) === null).toBe(always);
        if (always) standing += 1;
        else fallen += 1;
      }),
      { numRuns: 1_500 },
    );
    expect(Math.min(standing, fallen), 'both happen').toBeGreaterThan(50);
  });

  it('leaves no permit standing once the reaction has come to every event, however late it is', async () => {
    await fc.assert(
      fc.asyncProperty(some, later, async (before, since) => {
        const { known, asked, stood, after } = live(before, since);
        fc.pre(stood[0] === true);
        const fallByEvent = createFallByEvent(known);
        const reacted = after.filter(({ type }) => (FALL_TYPES as readonly string[]).includes(type));
        const falls = await Promise.all(reacted.map((message) => fallByEvent(message, CALL, asked)));
        expect(falls.every((fall) => fall === null)).toBe(stood.every(Boolean));
      }),
      { numRuns: 500 },
    );
  });
});
