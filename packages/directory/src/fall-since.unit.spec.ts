import type { JsonObject } from '@countersign/contracts';
import { describe, expect, it } from 'vitest';
import { createFallSince } from './fall-since.ts';
import type { Standing } from './standing.ts';
import { createKnownWorld, type Step } from './testing/known-world.ts';
import { developersMay, timeAt } from './testing/messages.ts';

const CALL: Standing = {
  organization: 'acme',
  agent_id: 'bot',
  user_id: 'alice',
  tool_name: 'delete',
  tool_definition_hash: 'h1',
  intent_id: null,
};
const ROLES = [{ scope: { organization: 'acme' }, role: 'developer' }];
const USER = { user_id: 'alice', roles: ROLES };
const AGENT = { agent_id: 'bot', owner: 'olga', acts_for: ['alice'], project: 'web' };
const DECLARATION = { required_permissions: ['manage_agents'], required_flags: ['sso'] };
const TOOL = { name: 'delete', version: 1, definition_hash: 'h1', declaration: DECLARATION };
const SWITCH = { kill_switch_id: 'k1', scope: 'agent', target: 'bot', drill: false };

const planned = (slug: string, flags: JsonObject): Step => [
  'plan.published',
  `plan-${slug}`,
  { slug, plan: { flags }, by: { kind: 'user', id: 'olga' } },
];
const movedTo = (plan: string): Step => [
  'organization.plan_changed',
  'organization-acme',
  { organization_id: 'acme', plan },
];

/** Registers everybody, asks about the call, and tells what fells it after the steps. */
async function fallAfter(before: readonly Step[], steps: readonly Step[], more: Partial<Standing> = {}) {
  const { known, tell } = createKnownWorld();
  let asked = 0;
  for (const step of [
    ['organization.created', 'organization-acme', { organization_id: 'acme', plan: 'team' }] as const,
    planned('team', { sso: true }),
    planned('small', { rbac: true }),
    ['user.registered', 'user-acme:alice', USER] as const,
    ['agent.registered', 'agent-acme:bot', AGENT] as const,
    ['tool.declared', 'tool-acme:delete', TOOL] as const,
    ...before,
  ])
    asked = tell(step).position;
  for (const step of steps) tell(step);
  return createFallSince(known)({ ...CALL, ...more }, asked);
}

const CHANGED: Step = ['tool.declared', 'tool-acme:delete', { ...TOOL, definition_hash: 'h2' }];
const BACK: Step = ['tool.declared', 'tool-acme:delete', TOOL];
const DISABLED: Step = ['agent.disabled', 'agent-acme:bot', { agent_id: 'bot' }];
const ENABLED: Step = ['agent.enabled', 'agent-acme:bot', { agent_id: 'bot' }];
const ENGAGED: Step = ['killswitch.engaged', 'killswitch-k1', SWITCH];
const RELEASED: Step = ['killswitch.released', 'killswitch-k1', SWITCH];

describe('since it was asked about, a call has fallen', () => {
  it.each<[string, readonly Step[], string]>([
    ['by a tool declared anew and back', [CHANGED, BACK], 'tool_changed'],
    [
      'by a tool that was withdrawn and declared again',
      [['tool.withdrawn', 'tool-acme:delete', TOOL], BACK],
      'tool_withdrawn',
    ],
    ['by a tool that is gone', [['tool.withdrawn', 'tool-acme:delete', TOOL]], 'tool_withdrawn'],
    ['by an agent disabled and enabled', [DISABLED, ENABLED], 'agent_disabled'],
    ['by a switch that was released', [ENGAGED, RELEASED], 'killed'],
    [
      'by a right taken and given back',
      [
        ['user.changed', 'user-acme:alice', { user_id: 'alice', roles: [] }],
        ['user.changed', 'user-acme:alice', USER],
      ],
      'right_revoked',
    ],
    [
      'by roles that granted less for a while',
      [
        ['role.catalog.applied', 'rolecatalog-installation', developersMay('read')],
        ['role.catalog.applied', 'rolecatalog-installation', developersMay('manage_agents')],
      ],
      'right_revoked',
    ],
    ['by a plan without the feature for a while', [movedTo('small'), movedTo('team')], 'right_revoked'],
    [
      'by a plan that lost the feature for a while',
      [planned('team', { rbac: true }), planned('team', { sso: true })],
      'right_revoked',
    ],
  ])('%s', async (_, steps, reason) => {
    expect(await fallAfter([], steps)).toMatchObject({ reason });
  });

  it('by a switch that was engaged before and effective only since, released or not', async () => {
    const effective: Step = ['killswitch.effective', 'killswitch-k1', SWITCH];
    expect(await fallAfter([ENGAGED], [effective, RELEASED])).toMatchObject({ reason: 'killed' });
    expect(await fallAfter([ENGAGED, effective, RELEASED], [])).toBeNull();
  });

  it.each<[string, readonly Step[], readonly Step[]]>([
    ['by what happened before', [CHANGED, BACK, DISABLED, ENABLED, ENGAGED, RELEASED], []],
    ['by the same once more', [CHANGED, BACK], [BACK]],
    [
      'by a plan before',
      [movedTo('small'), planned('team', { rbac: true }), planned('team', { sso: true }), movedTo('team')],
      [],
    ],
    [
      'by a plan that can not be read any more, which leaves the one before it in force',
      [planned('team', { none: true }), planned('team', { gone: true })],
      [movedTo('team')],
    ],
    ['by another plan with the feature', [planned('large', { sso: true })], [movedTo('large')]],
    ['by what happens to others', [], [['agent.disabled', 'agent-acme:other', { agent_id: 'other' }]]],
    [
      'by a drill',
      [],
      [['killswitch.engaged', 'killswitch-k2', { ...SWITCH, kill_switch_id: 'k2', drill: true }]],
    ],
  ])('not %s', async (_, before, steps) => {
    expect(await fallAfter(before, steps)).toBeNull();
  });

  it('by the removal of who delegated what it rests on, whatever is granted since', async () => {
    const [carol, bot] = [
      { kind: 'user', id: 'carol' },
      { kind: 'agent', id: 'bot' },
    ];
    const terms = {
      level: 'write',
      delegable: null,
      granted_by: carol,
      granted_at: timeAt(0),
      expires_at: null,
    };
    const resource = { kind: 'intent', id: 'one' };
    const list = { resource, namespace: null, creator: { kind: 'agent', id: 'maker' }, by: carol };
    const entries = [
      { ...terms, id: 'hers', principal: carol, parent: null },
      { ...terms, id: 'handed-on', principal: bot, parent: 'hers' },
    ];
    const begun: Step = [
      'acl.created',
      'access-acme:intent:one',
      { ...list, default_policy: 'closed', default_level: 'read', entries },
    ];
    const removed: Step = ['user.removed', 'user-acme:carol', { user_id: 'carol', by: carol }];
    const again = { ...terms, id: 'again', principal: bot, parent: null, granted_at: timeAt(99) };
    const granted: Step = ['acl.granted', 'access-acme:intent:one', { resource, entry: again, by: carol }];
    const call = { intent_id: 'one' };
    expect(await fallAfter([begun], [], call)).toBeNull();
    const fallen = { reason: 'right_revoked', layer: 'access' };
    expect(await fallAfter([begun], [removed, granted], call)).toMatchObject(fallen);
    expect(await fallAfter([begun, removed, granted], [], call)).toBeNull();
  });

  it('by a group that its agent has left and come back to', async () => {
    const by = { kind: 'user', id: 'olga' };
    const team = (type: string, ...members: string[]): Step => [
      `group.${type}`,
      'group-acme:team',
      { group_id: 'team', members: members.map((id) => ({ kind: 'agent', id })), by },
    ];
    const resource = { kind: 'intent', id: 'one' };
    const entry = {
      ...{ id: 'ours', principal: { kind: 'group', id: 'team' }, level: 'write', delegable: null },
      ...{ parent: null, granted_by: by, granted_at: timeAt(0), expires_at: null },
    };
    const begun: Step = [
      'acl.created',
      'access-acme:intent:one',
      {
        ...{ resource, namespace: null, creator: { kind: 'agent', id: 'maker' }, by },
        ...{ default_policy: 'closed', default_level: 'read', entries: [entry] },
      },
    ];
    const before = [team('registered', 'bot'), begun];
    const fallen = { reason: 'right_revoked', layer: 'access' };
    const call = { intent_id: 'one' };
    expect(await fallAfter(before, [team('changed', 'other', 'bot')], call)).toBeNull();
    const left = [team('changed', 'other'), team('changed', 'bot')];
    expect(await fallAfter(before, left, call)).toMatchObject(fallen);
    expect(await fallAfter([...before, ...left], [], call)).toBeNull();
  });

  it('by an event by which nobody can tell what its user may, also once that is mended', async () => {
    const broken: Step = ['user.changed', 'user-acme:alice', { ...USER, roles: 'developer' }];
    const mended: Step = ['user.changed', 'user-acme:alice', USER];
    expect(await fallAfter([], [broken, mended])).toMatchObject({ reason: 'right_revoked' });
    await expect(fallAfter([], [broken])).rejects.toThrow(TypeError);
  });

  it('by what stands in its way now, whenever that came', async () => {
    expect(await fallAfter([DISABLED], [])).toMatchObject({ reason: 'agent_disabled' });
    expect(await fallAfter([ENGAGED], [])).toMatchObject({ reason: 'killed' });
  });
});
