import type { JsonObject } from '@countersign/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FALL_TYPES } from './fall-by-event.ts';
import { createFallSince } from './fall-since.ts';
import { createLastFalls } from './last-falls.ts';
import { createStandingCheck } from './standing.ts';
import { createKnownWorld, type Step } from './testing/known-world.ts';
import { createLedger } from './testing/messages.ts';

/** Where the last fall of each organization stands after these events, the first at position 1. */
function fallsAfter(
  ...events: readonly (readonly [type: string, data?: JsonObject, organization?: string])[]
) {
  const ledger = createLedger();
  const falls = createLastFalls();
  for (const [type, data = {}, organization] of events)
    falls.apply(ledger.next(type, `${type}-1`, data, organization));
  return { acme: falls.of('acme'), globex: falls.of('globex') };
}

describe('the last event that can have felled calls', () => {
  it('is none before there was any', () => {
    expect(fallsAfter()).toEqual({ acme: 0, globex: 0 });
    expect(fallsAfter(['agent.enabled'], ['killswitch.released'], ['user.registered'])).toEqual({
      acme: 0,
      globex: 0,
    });
  });

  it.each(FALL_TYPES)('is one of %s, wherever it reaches', (type) => {
    expect(fallsAfter(['agent.enabled'], [type, { scope: 'agent', target: 'bot' }]).acme).toBe(2);
  });

  it.each<[string, JsonObject, object]>([
    ['tool.declared', {}, { acme: 2, globex: 1 }],
    ['killswitch.engaged', { scope: 'organization', target: 'globex' }, { acme: 1, globex: 2 }],
    ['killswitch.engaged', { scope: 'all', target: null }, { acme: 2, globex: 2 }],
    ['role.catalog.applied', {}, { acme: 2, globex: 2 }],
    ['plan.published', { slug: 'team' }, { acme: 2, globex: 2 }],
  ])('reaches whom it reaches: %s %o', (type, data, falls) => {
    const before = ['killswitch.engaged', { scope: 'all', target: null }] as const;
    expect(fallsAfter(before, [type, data])).toEqual(falls);
  });

  it('is not an earlier one that comes later', () => {
    const ledger = createLedger();
    const [early, late] = [1, 2].map(() => ledger.next('agent.disabled', 'agent-acme:bot', {}));
    const falls = createLastFalls();
    for (const one of [late, early, late]) if (one) falls.apply(one);
    expect(falls.of('acme')).toBe(2);
  });
});

const CALL = {
  ...{ organization: 'acme', agent_id: 'bot', user_id: 'alice', tool_name: 'delete' },
  ...{ tool_definition_hash: 'h1', intent_id: 'one' },
};
const BY = { kind: 'user', id: 'olga' };
const GRANTED = {
  ...{ id: 'ours', principal: { kind: 'group', id: 'team' }, level: 'write', delegable: null },
  ...{ parent: null, granted_by: BY, granted_at: '2026-11-21T12:00:00.000Z', expires_at: null },
};
const LIST = { resource: { kind: 'intent', id: 'one' }, namespace: null, creator: BY, by: BY };

const agentIs = (type: string, acts_for: readonly string[] = ['alice']): Step => [
  type,
  'agent-acme:bot',
  { agent_id: 'bot', owner: 'olga', acts_for: [...acts_for], project: 'web' },
];
const toolIs = (type: string, definition_hash = 'h1'): Step => [
  type,
  'tool-acme:delete',
  {
    ...{ name: 'delete', version: 1, definition_hash },
    declaration: { required_permissions: ['manage_agents'], required_flags: ['sso'] },
  },
];
const userIs = (type: string, ...roles: readonly string[]): Step => [
  type,
  'user-acme:alice',
  { user_id: 'alice', roles: roles.map((role) => ({ scope: { organization: 'acme' }, role })), by: BY },
];
const planIs = (...flags: readonly string[]): Step => [
  'plan.published',
  'plan-team',
  { slug: 'team', plan: { flags: Object.fromEntries(flags.map((flag) => [flag, true])) }, by: BY },
];
const teamIs = (type: string, ...members: readonly string[]): Step => [
  type,
  'group-acme:team',
  { group_id: 'team', members: members.map((id) => ({ kind: 'agent', id })), by: BY },
];
const switched = (type: string): Step => [
  type,
  'killswitch-k1',
  { kill_switch_id: 'k1', scope: 'agent', target: 'bot', drill: false },
];

const BEGIN: readonly Step[] = [
  ['organization.created', 'organization-acme', { organization_id: 'acme', plan: 'team' }],
  planIs('sso'),
  userIs('user.registered', 'developer'),
  agentIs('agent.registered'),
  toolIs('tool.declared'),
  teamIs('group.registered', 'bot'),
  [
    'acl.created',
    'access-acme:intent:one',
    { ...LIST, default_policy: 'closed', default_level: 'read', entries: [GRANTED] },
  ],
];
const STEPS: readonly Step[] = [
  ...[switched('killswitch.engaged'), switched('killswitch.effective'), switched('killswitch.released')],
  ...[agentIs('agent.disabled'), agentIs('agent.enabled'), agentIs('agent.changed', ['zoe'])],
  ...[agentIs('agent.changed'), toolIs('tool.declared', 'h2'), toolIs('tool.declared')],
  ...[toolIs('tool.withdrawn'), userIs('user.changed'), userIs('user.changed', 'developer')],
  ...[userIs('user.removed'), userIs('user.registered', 'developer'), planIs('rbac'), planIs('sso')],
  ...[teamIs('group.changed'), teamIs('group.changed', 'bot'), teamIs('group.removed')],
  ['acl.revoked', 'access-acme:intent:one', { resource: LIST.resource, ended: [{ id: 'ours' }], by: BY }],
  ['acl.granted', 'access-acme:intent:one', { resource: LIST.resource, entry: GRANTED, by: BY }],
  ['agent.disabled', 'agent-acme:other', { agent_id: 'other' }],
];

it('tells where a call that stood has to be asked about nothing but now, whatever has happened', async () => {
  const some = fc.array(fc.constantFrom(...STEPS), { maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(some, some, async (before, steps) => {
      const { known, tell } = createKnownWorld();
      const falls = createLastFalls();
      const since = [...BEGIN, ...before].map(tell).length;
      if (createStandingCheck(known)(CALL)) return;
      for (const step of steps) falls.apply(tell(step));
      if (falls.of('acme') > since) return;
      expect(await createFallSince(known)(CALL, since)).toEqual(createStandingCheck(known)(CALL));
    }),
    { numRuns: 3_000 },
  );
});
