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
type Name = 'bot' | 'team' | 'crew' | 'carol';
type Policy = 'open' | 'closed' | null;

/** What an administrator may do between the asking and the decision. */
type Act =
  | { readonly act: 'members'; readonly group: 'team' | 'crew'; readonly has: boolean }
  | { readonly act: 'remove-group'; readonly group: 'team' | 'crew' }
  | { readonly act: 'grant'; readonly on: Resource; readonly to: Name; readonly level: 'read' | 'write' }
  | { readonly act: 'delegate'; readonly on: Resource }
  | { readonly act: 'remove-carol' }
  | { readonly act: 'revoke'; readonly on: Resource; readonly to: Name }
  | { readonly act: 'terms'; readonly on: Resource; readonly policy: Policy; readonly keeps: boolean }
  | { readonly act: 'enabled'; readonly is: boolean }
  | { readonly act: 'default'; readonly level: 'read' | 'write' | null }
  | { readonly act: 'catalog'; readonly grants: boolean }
  | { readonly act: 'role'; readonly role: 'developer' | 'keeper' | null };

const resource = fc.constantFrom<Resource>(INTENT, SPACE);
const group = fc.constantFrom('team' as const, 'crew' as const);
const name = fc.constantFrom<Name>('bot', 'team', 'crew', 'carol');
const KINDS: readonly fc.Arbitrary<Act>[] = [
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ act: fc.constant('members'), group, has: fc.boolean() }) },
    fc.record({ act: fc.constant('remove-group'), group }),
  ),
  fc.oneof(
    fc.record({ act: fc.constant('grant'), on: resource, to: name, level: fc.constantFrom('read', 'write') }),
    fc.record({ act: fc.constant('delegate'), on: resource }),
  ),
  fc.oneof(
    fc.record({ act: fc.constant('revoke'), on: resource, to: name }),
    fc.record({ act: fc.constant('remove-carol') }),
  ),
  fc.record({
    ...{ act: fc.constant('terms'), on: resource, keeps: fc.boolean() },
    policy: fc.constantFrom('open', 'closed', null),
  }),
  fc.record({ act: fc.constant('enabled'), is: fc.boolean() }),
  fc.record({ act: fc.constant('default'), level: fc.constantFrom('read', 'write', null) }),
  fc.record({ act: fc.constant('catalog'), grants: fc.boolean() }),
  fc.record({ act: fc.constant('role'), role: fc.constantFrom('developer', 'keeper', null) }),
];
/** Few kinds at a time: what one takes and gives back shows only where no other has taken it as well. */
const acts = fc.subarray([...KINDS], { minLength: 1, maxLength: 4 }).chain((kinds) => {
  const some = (minLength: number) => fc.array(fc.oneof(...kinds), { minLength, maxLength: 8 });
  return fc.record({ before: some(0), since: some(1) });
});

const principalOf = (id: Name) =>
  ({ kind: id === 'bot' ? 'agent' : id === 'carol' ? 'user' : 'group', id }) as AclEntry['principal'];
const keyOf = ({ kind, id }: Resource) => `${kind}:${id}`;

/** An entry as the oracle keeps it; `under` is the one that it was delegated from. */
interface Given {
  readonly id: string;
  readonly to: Name;
  readonly level: 'read' | 'write';
  readonly under: string | null;
}

/** The same world, kept as plainly as can be: what there is now, and nothing of how it came. */
function createOracle() {
  const lists = { 'intent:one': list(FIRST), 'namespace:space': list() };
  const members = { team: true, crew: false };
  const registered = { team: true, crew: false };
  const rest = {
    enabled: true,
    level: null as string | null,
    catalog: true,
    role: 'developer' as string | null,
  };
  function list(...entries: Given[]) {
    return { policy: null as Policy, entries };
  }
  const of = (on: Resource) => lists[keyOf(on) as keyof typeof lists];
  const answer = (on: Resource): string | null | 'elsewhere' => {
    const names = ['bot', ...(['team', 'crew'] as const).filter((one) => members[one])];
    const levels = of(on).entries.flatMap(({ to, level }) => (names.includes(to) ? [level] : []));
    if (levels.length > 0) return levels.includes('write') ? 'write' : 'read';
    return of(on).policy === null ? 'elsewhere' : of(on).policy === 'open' ? 'write' : null;
  };
  /** Ends what names somebody, and what they delegated. */
  const end = (on: Resource, name: string): Given[] => {
    const named = of(on).entries.filter(({ to }) => to === name);
    const isGone = (one: Given) => named.some(({ id }) => id === one.id || id === one.under);
    const gone = of(on).entries.filter(isGone);
    of(on).entries = of(on).entries.filter((one) => !isGone(one));
    return gone;
  };
  return {
    of,
    end,
    registered,
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
  const { rest, members, registered, of, end } = oracle;
  const stream = (on: Resource) => `access-acme:${keyOf(on)}`;
  const ended = (entries: readonly Given[]) =>
    entries.map(({ id, to, level }) => ({ id, principal: principalOf(to), level }));
  const give = (on: Resource, given: Given): Step => {
    of(on).entries.push(given);
    return ['acl.granted', stream(on), { resource: on, entry: recordOf(entryOf(given)), by: BY } as never];
  };
  switch (one.act) {
    case 'members': {
      const type = registered[one.group] ? 'changed' : 'registered';
      members[one.group] = one.has;
      registered[one.group] = true;
      return groupStep(type, one.group, one.has);
    }
    case 'remove-group': {
      if (!registered[one.group]) return null;
      members[one.group] = false;
      registered[one.group] = false;
      for (const on of [INTENT, SPACE]) end(on, one.group);
      return ['group.removed', `group-acme:${one.group}`, { group_id: one.group, by: BY }];
    }
    case 'grant': {
      const { on, to, level } = one;
      return give(on, { id: `e${at}`, to, level, under: null });
    }
    case 'delegate': {
      const { on } = one;
      const from = of(on).entries.findLast(({ to }) => to === 'carol');
      return from ? give(on, { id: `e${at}`, to: 'bot', level: from.level, under: from.id }) : null;
    }
    case 'remove-carol': {
      for (const on of [INTENT, SPACE]) end(on, 'carol');
      return ['user.removed', 'user-acme:carol', { user_id: 'carol', by: BY }];
    }
    case 'revoke': {
      const { on, to } = one;
      const gone = end(on, to);
      if (gone.length === 0) return null;
      return ['acl.revoked', stream(on), { resource: on, ended: ended(gone), by: BY } as never];
    }
    case 'terms': {
      const { on, policy, keeps } = one;
      const gone = keeps ? [] : of(on).entries;
      if (!keeps) of(on).entries = [];
      of(on).policy = policy;
      const entries = of(on).entries.map((given) => recordOf(entryOf(given)));
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

function entryOf({ id, to, level, under }: Given): AclEntry {
  // Granted when its event comes, as the ledger tells the time.
  const grantedAt = timeAt(BEGUN + 1 + Number(id.slice(1)));
  return {
    ...{ id, principal: principalOf(to), level, delegable: null, parent: under },
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

const groupStep = (type: 'registered' | 'changed', group: string, has: boolean): Step => [
  `group.${type}`,
  `group-acme:${group}`,
  { group_id: group, members: [{ kind: 'agent', id: 'other' }, ...(has ? [BOT] : [])], by: BY },
];
/** An event of no concern. */
const NOTHING = groupStep('changed', 'others', false);

/** How many events come before all acts. */
const BEGUN = 7;

/** What lets the agent in at first. */
const FIRST: Given = { id: 'e-1', to: 'team', level: 'write', under: null };
const begun = (on: Resource, ...entries: readonly Given[]): Step => [
  'acl.created',
  `access-acme:${keyOf(on)}`,
  {
    ...{ resource: on, namespace: on === INTENT ? 'space' : null, creator: BY, by: BY },
    ...{ default_policy: null, default_level: 'write' },
    entries: entries.map((given) => recordOf(entryOf(given))) as never,
  },
];
const ROLES = [{ scope: { organization: 'acme' }, role: 'developer' }];
const DECLARATION = { required_permissions: ['manage_agents'] };
const FIRST_STEPS: readonly Step[] = [
  catalogStep(true),
  ['user.registered', 'user-acme:alice', { user_id: 'alice', roles: ROLES }],
  ['agent.registered', 'agent-acme:bot', { agent_id: 'bot', owner: 'olga', acts_for: 'any', project: 'web' }],
  ['tool.declared', 'tool-acme:delete', { name: 'delete', definition_hash: 'h1', declaration: DECLARATION }],
  groupStep('registered', 'team', true),
  begun(SPACE),
  begun(INTENT, FIRST),
];

/** Acts before the asking and after it; how the call has stood at and since the asking; and what is known of it at the end. */
function live(before: readonly Act[], since: readonly Act[]) {
  const { known, tell } = createKnownWorld(() => Date.parse(timeAt(10_000)));
  const oracle = createOracle();
  for (const step of FIRST_STEPS) tell(step);
  const stood: boolean[] = [];
  const told = [...before, ...since].map((act, at) => {
    if (at === before.length) stood.push(oracle.stands());
    const step = perform(act, at, oracle) ?? NOTHING;
    const message = tell(step);
    if (at >= before.length) stood.push(oracle.stands());
    return message;
  });
  const asked = BEGUN + before.length;
  return { known, asked, stood, after: told.slice(before.length) };
}

describe('a right that was interrupted since the asking, judged by living through it', () => {
  it('leaves no question standing, and no other right fells one', async () => {
    let [standing, revived] = [0, 0];
    await fc.assert(
      fc.asyncProperty(acts, async ({ before, since }) => {
        const { known, asked, stood } = live(before, since);
        const always = stood.every(Boolean);
        expect((await createFallSince(known)(CALL, asked)) === null).toBe(always);
        if (always) standing += 1;
        else if (stood.at(-1)) revived += 1;
      }),
      { numRuns: 3_000 },
    );
    expect(Math.min(standing, revived), 'both happen').toBeGreaterThan(50);
  });

  it('leaves no permit standing once the reaction has come to every event, however late it is', async () => {
    await fc.assert(
      fc.asyncProperty(acts, async ({ before, since }) => {
        const { known, asked, stood, after } = live(before, since);
        fc.pre(stood[0] === true);
        const fallByEvent = createFallByEvent(known);
        const reacted = after.filter(({ type }) => (FALL_TYPES as readonly string[]).includes(type));
        const falls = await Promise.all(reacted.map((message) => fallByEvent(message, CALL, asked)));
        expect(falls.every((fall) => fall === null)).toBe(stood.every(Boolean));
      }),
      { numRuns: 3_000 },
    );
  });
});
