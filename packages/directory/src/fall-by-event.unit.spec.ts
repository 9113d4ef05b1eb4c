import type { JsonObject } from '@countersign/contracts';
import { describe, expect, it } from 'vitest';
import { createDirectory } from './directory.ts';
import { createFallByEvent } from './fall-by-event.ts';
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
  declaration: { required_permissions: ['manage_agents'] },
};
const SWITCH = { kill_switch_id: 'k1', scope: 'agent', target: 'bot', drill: false };

/** What an event fells, judged when everything is again as it was before: nothing stands in its way any more. */
function fallBy(type: string, subject: string, data: JsonObject, organization = 'acme') {
  const ledger = createLedger();
  const directory = createDirectory();
  for (const message of [
    ledger.next('user.registered', 'user-acme:alice', { user_id: 'alice', roles: ROLES }),
    ledger.next('agent.registered', 'agent-acme:bot', AGENT),
    ledger.next('tool.declared', 'tool-acme:delete', TOOL),
  ]) {
    directory.apply(message);
  }
  return createFallByEvent(directory, noIntents(directory))(
    ledger.next(type, subject, data, organization),
    CALL,
  );
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
    return createFallByEvent(directory, noIntents(directory))(message, CALL);
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
    ['a user with the role still', 'user.changed', 'user-acme:alice', { user_id: 'alice', roles: ROLES }],
  ])('%s', (_, type, subject, data) => {
    expect(fallBy(type, subject, data)).toBeNull();
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
