import type { JsonObject } from '@countersign/contracts';
import { describe, expect, it } from 'vitest';
import { createFallByEvent } from './fall-by-event.ts';
import { createKnownWorld, type Step } from './testing/known-world.ts';
import { developersMay } from './testing/messages.ts';

const CALL = {
  organization: 'acme',
  agent_id: 'bot',
  user_id: 'alice',
  tool_name: 'delete',
  tool_definition_hash: 'h1',
  intent_id: null,
};
const ROLES = [{ scope: { project: 'web' }, role: 'developer' }];
const AGENT = { agent_id: 'bot', owner: 'olga', acts_for: ['alice'], project: 'web' };
const TOOL = {
  name: 'delete',
  version: 1,
  definition_hash: 'h1',
  declaration: { required_permissions: ['manage_agents'], required_flags: ['sso'] },
};
const ON_TEAM = { organization_id: 'acme', plan: 'team', zone: 'UTC', anchor_day: 1 };
const BY = { kind: 'user', id: 'olga' };
const plan = (slug: string, flags: JsonObject) => ({ slug, plan: { flags }, by: BY });
const REGISTERED: readonly Step[] = [
  ['organization.created', 'organization-acme', ON_TEAM],
  ['plan.published', 'plan-team', plan('team', { sso: true }), 'default'],
  ['plan.published', 'plan-small', plan('small', { sso: false }), 'default'],
  ['plan.published', 'plan-large', plan('large', { sso: true }), 'default'],
  ['user.registered', 'user-acme:alice', { user_id: 'alice', roles: ROLES }],
  ['agent.registered', 'agent-acme:bot', AGENT],
];
const SWITCH = { kill_switch_id: 'k1', scope: 'agent', target: 'bot', drill: false };

/** What an event fells of a call that was asked about before it. */
async function fallBy(type: string, subject: string, data: JsonObject, organization = 'acme') {
  const { known, tell } = createKnownWorld();
  for (const step of REGISTERED) tell(step);
  const asked = tell(['tool.declared', 'tool-acme:delete', TOOL]).position;
  return createFallByEvent(known)(tell([type, subject, data, organization]), CALL, asked);
}

describe('a project that gets into a workspace', () => {
  const fallOf = async (project_id: string) => {
    const { known, tell } = createKnownWorld();
    for (const step of REGISTERED) tell(step);
    const roles = [{ scope: { workspace: 'default' }, role: 'developer' }];
    tell(['user.changed', 'user-acme:alice', { user_id: 'alice', roles }]);
    const asked = tell(['tool.declared', 'tool-acme:delete', TOOL]).position;
    const moved = { project_id, workspace_id: 'research' };
    return createFallByEvent(known)(
      tell(['project.registered', `project-acme:${project_id}`, moved]),
      CALL,
      asked,
    );
  };

  it('fells what rests on a role in the workspace that it was in', async () => {
    expect(await fallOf('web')).toMatchObject({ reason: 'right_revoked', layer: 'permission' });
  });

  it('fells nothing of other projects', async () => {
    expect(await fallOf('api')).toBeNull();
  });
});

describe('a control event fells by itself', () => {
  it.each<[string, string, string, JsonObject, object]>([
    [
      'a kill switch in scope',
      'killswitch.engaged',
      'killswitch-k1',
      SWITCH,
      { reason: 'killed', killSwitchId: 'k1' },
    ],
    [
      'another definition of the tool',
      'tool.declared',
      'tool-acme:delete',
      { ...TOOL, definition_hash: 'h2' },
      { reason: 'tool_changed' },
    ],
    [
      'the withdrawal of the tool',
      'tool.withdrawn',
      'tool-acme:delete',
      { name: 'delete' },
      { reason: 'tool_withdrawn' },
    ],
    [
      'the end of the agent',
      'agent.disabled',
      'agent-acme:bot',
      { agent_id: 'bot' },
      { reason: 'agent_disabled' },
    ],
    [
      'an agent that acts for others now',
      'agent.changed',
      'agent-acme:bot',
      { ...AGENT, acts_for: ['bob'] },
      { reason: 'right_revoked', layer: 'agent' },
    ],
    [
      'an agent that is elsewhere now',
      'agent.changed',
      'agent-acme:bot',
      { ...AGENT, project: 'api' },
      { reason: 'right_revoked', layer: 'permission' },
    ],
    [
      'a user without the role',
      'user.changed',
      'user-acme:alice',
      { user_id: 'alice', roles: [] },
      { reason: 'right_revoked', layer: 'permission' },
    ],
    [
      'roles that grant less',
      'role.catalog.applied',
      'rolecatalog-installation',
      developersMay('read'),
      { reason: 'right_revoked', layer: 'permission' },
    ],
    [
      'a plan without the feature',
      'organization.plan_changed',
      'organization-acme',
      { organization_id: 'acme', plan: 'small', previous: 'team' },
      { reason: 'right_revoked', layer: 'plan' },
    ],
    [
      'a plan that is not there',
      'organization.plan_changed',
      'organization-acme',
      { organization_id: 'acme', plan: 'gone', previous: 'team' },
      { reason: 'right_revoked', layer: 'plan' },
    ],
  ])('%s', async (_, type, subject, data, fall) => {
    expect(await fallBy(type, subject, data)).toMatchObject(fall);
  });

  it('also from another organization, where its reach is wider', async () => {
    const all = { ...SWITCH, scope: 'all', target: null };
    expect(await fallBy('killswitch.engaged', 'killswitch-k1', all, 'default')).toMatchObject({
      reason: 'killed',
    });
    const acme = { ...SWITCH, scope: 'organization', target: 'acme' };
    expect(await fallBy('killswitch.engaged', 'killswitch-k1', acme, 'default')).toMatchObject({
      reason: 'killed',
    });
    const roles = developersMay();
    expect(await fallBy('role.catalog.applied', 'rolecatalog-installation', roles, 'default')).toMatchObject({
      reason: 'right_revoked',
    });
    for (const flags of [{ sso: false }, { rbac: true }])
      expect(await fallBy('plan.published', 'plan-team', plan('team', flags), 'default')).toMatchObject({
        reason: 'right_revoked',
        layer: 'plan',
      });
  });
});

describe('a call is none of the concern of', () => {
  it('what came before it was asked about', async () => {
    const { known, tell } = createKnownWorld();
    for (const step of REGISTERED) tell(step);
    const disabled = tell(['agent.disabled', 'agent-acme:bot', { agent_id: 'bot' }]);
    tell(['agent.enabled', 'agent-acme:bot', { agent_id: 'bot' }]);
    tell(['tool.declared', 'tool-acme:delete', TOOL]);
    const fallByEvent = createFallByEvent(known);
    expect(await fallByEvent(disabled, CALL, disabled.position)).toBeNull();
    expect(await fallByEvent(disabled, CALL, disabled.position - 1)).toMatchObject({
      reason: 'tool_withdrawn',
    });
  });

  it.each<[string, string, string, JsonObject]>([
    ['a drill', 'killswitch.engaged', 'killswitch-k1', { ...SWITCH, drill: true }],
    ['a switch on another agent', 'killswitch.engaged', 'killswitch-k1', { ...SWITCH, target: 'other' }],
    ['the end of a switch', 'killswitch.released', 'killswitch-k1', SWITCH],
    ['the same definition', 'tool.declared', 'tool-acme:delete', TOOL],
    ['another tool', 'tool.declared', 'tool-acme:read', { ...TOOL, name: 'read', definition_hash: 'h2' }],
    ['another withdrawn tool', 'tool.withdrawn', 'tool-acme:read', { name: 'read' }],
    ['another agent', 'agent.disabled', 'agent-acme:other', { agent_id: 'other' }],
    [
      'another agent that changed',
      'agent.changed',
      'agent-acme:other',
      { ...AGENT, agent_id: 'other', acts_for: [] },
    ],
    ['a change that leaves its rights', 'agent.changed', 'agent-acme:bot', { ...AGENT, acts_for: 'any' }],
    ['an agent that is enabled', 'agent.enabled', 'agent-acme:bot', { agent_id: 'bot' }],
    ['another user', 'user.changed', 'user-acme:bob', { user_id: 'bob', roles: [] }],
    [
      'roles that still grant what is needed',
      'role.catalog.applied',
      'rolecatalog-installation',
      developersMay('manage_agents'),
    ],
    [
      'a plan with the feature',
      'organization.plan_changed',
      'organization-acme',
      { organization_id: 'acme', plan: 'large', previous: 'team' },
    ],
    ['a user with the role still', 'user.changed', 'user-acme:alice', { user_id: 'alice', roles: ROLES }],
  ])('%s', async (_, type, subject, data) => {
    expect(await fallBy(type, subject, data)).toBeNull();
  });

  it.each<[string, string, string, JsonObject]>([
    [
      'the plan, which still has the feature',
      'plan.published',
      'plan-team',
      plan('team', { sso: true, rbac: false }),
    ],
    ['a plan of others', 'plan.published', 'plan-small', plan('small', {})],
    [
      'a catalog, beside which people have published the plan',
      'plan.catalog.applied',
      'plancatalog-installation',
      { plans: ['small'] },
    ],
  ])('%s', async (_, type, subject, data) => {
    expect(await fallBy(type, subject, data, 'default')).toBeNull();
  });

  it.each<[string, JsonObject]>([
    ['tool.withdrawn', { name: 'delete' }],
    ['agent.disabled', { agent_id: 'bot' }],
    ['user.changed', { user_id: 'alice', roles: [] }],
    ['killswitch.engaged', SWITCH],
  ])('%s of another organization', async (type, data) => {
    expect(await fallBy(type, `${type}-globex`, data, 'globex')).toBeNull();
  });
});
