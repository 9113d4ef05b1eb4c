import type { JsonObject } from '@countersign/contracts';
import { describe, expect, it } from 'vitest';
import { createDirectory } from './directory.ts';
import { createFallByEvent } from './fall-by-event.ts';
import { createPlanCatalog } from './plan-catalog.ts';
import { createLedger, developersMay } from './testing/messages.ts';
import { noIntents } from './testing/no-intents.ts';

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
const SWITCH = { kill_switch_id: 'k1', scope: 'agent', target: 'bot', drill: false };

const ON_TEAM = { organization_id: 'acme', plan: 'team', zone: 'UTC', anchor_day: 1 };
const BY = { kind: 'user', id: 'olga' };
const plan = (slug: string, flags: JsonObject) => ({ slug, plan: { flags }, by: BY });

/** What an event fells, judged when everything is again as it was before: nothing stands in its way any more. */
function fallBy(type: string, subject: string, data: JsonObject, organization = 'acme') {
  const ledger = createLedger();
  const directory = createDirectory();
  const plans = createPlanCatalog();
  for (const message of [
    ledger.next('organization.created', 'organization-acme', ON_TEAM),
    ledger.next('plan.published', 'plan-team', plan('team', { sso: true }), 'default'),
    ledger.next('plan.published', 'plan-small', plan('small', { sso: false }), 'default'),
    ledger.next('plan.published', 'plan-large', plan('large', { sso: true }), 'default'),
    ledger.next('user.registered', 'user-acme:alice', { user_id: 'alice', roles: ROLES }),
    ledger.next('agent.registered', 'agent-acme:bot', AGENT),
    ledger.next('tool.declared', 'tool-acme:delete', TOOL),
  ]) {
    directory.apply(message);
    plans.apply(message);
  }
  const fallByEvent = createFallByEvent({ directory, intents: noIntents(directory), plans });
  return fallByEvent(ledger.next(type, subject, data, organization), CALL);
}

describe('a project that gets into a workspace', () => {
  const fallOf = (project_id: string) => {
    const ledger = createLedger();
    const directory = createDirectory();
    const roles = [{ scope: { workspace: 'default' }, role: 'developer' }];
    const moved = { project_id, workspace_id: 'research' };
    const message = ledger.next('project.registered', `project-acme:${project_id}`, moved);
    for (const one of [
      ledger.next('user.registered', 'user-acme:alice', { user_id: 'alice', roles }),
      ledger.next('agent.registered', 'agent-acme:bot', AGENT),
      ledger.next('tool.declared', 'tool-acme:delete', TOOL),
      message,
    ]) {
      directory.apply(one);
    }
    const known = { directory, intents: noIntents(directory), plans: createPlanCatalog() };
    return createFallByEvent(known)(message, CALL);
  };

  it('fells what rests on a role in the workspace that it was in', () => {
    expect(fallOf('web')).toMatchObject({ reason: 'right_revoked', layer: 'permission' });
  });

  it('fells nothing of other projects', () => {
    expect(fallOf('api')).toBeNull();
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
  ])('%s', (_, type, subject, data, fall) => {
    expect(fallBy(type, subject, data)).toMatchObject(fall);
  });

  it('also from another organization, where its reach is wider', () => {
    const all = { ...SWITCH, scope: 'all', target: null };
    expect(fallBy('killswitch.engaged', 'killswitch-k1', all, 'default')).toMatchObject({ reason: 'killed' });
    const acme = { ...SWITCH, scope: 'organization', target: 'acme' };
    expect(fallBy('killswitch.engaged', 'killswitch-k1', acme, 'default')).toMatchObject({
      reason: 'killed',
    });
    const roles = developersMay();
    expect(fallBy('role.catalog.applied', 'rolecatalog-installation', roles, 'default')).toMatchObject({
      reason: 'right_revoked',
    });
    for (const flags of [{ sso: false }, { rbac: true }])
      expect(fallBy('plan.published', 'plan-team', plan('team', flags), 'default')).toMatchObject({
        reason: 'right_revoked',
        layer: 'plan',
      });
  });
});

describe('a call is none of the concern of', () => {
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
  ])('%s', (_, type, subject, data) => {
    expect(fallBy(type, subject, data)).toBeNull();
  });

  it.each<[string, string, JsonObject]>([
    ['the plan, which still has the feature', 'plan.published', plan('team', { sso: true, rbac: false })],
    ['a plan of others', 'plan.published', plan('small', {})],
    ['a catalog, beside which people have published the plan', 'plan.catalog.applied', { plans: ['small'] }],
  ])('%s', (_, type, data) => {
    expect(fallBy(type, `${type}-here`, data, 'default')).toBeNull();
  });

  it.each<[string, JsonObject]>([
    ['tool.withdrawn', { name: 'delete' }],
    ['agent.disabled', { agent_id: 'bot' }],
    ['user.changed', { user_id: 'alice', roles: [] }],
    ['killswitch.engaged', SWITCH],
  ])('%s of another organization', (type, data) => {
    expect(fallBy(type, `${type}-globex`, data, 'globex')).toBeNull();
  });
});
