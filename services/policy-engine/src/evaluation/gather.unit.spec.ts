import type { ToolRequested } from '@countersign/contracts';
import { createDirectory, createKillSwitchBoard, createPlanCatalog } from '@countersign/directory';
import type { JsonObject } from '@countersign/event-sourcing';
import type { Message } from '@countersign/message-bus';
import { createArgumentChecks } from '@countersign/tool-schema';
import { describe, expect, it } from 'vitest';
import { createMessages } from '../testing/messages.ts';
import { CALM_FACTS } from '../testing/sample-facts.ts';
import { definitionHash, fixtureData, READ_FILE } from '../testing/stand-ins.ts';
import { gather } from './gather.ts';

const NOW = '2026-11-21T12:00:00.000Z';

const requested = (change: Partial<ToolRequested> = {}): ToolRequested => ({
  ...(fixtureData('agent.tool.requested') as unknown as ToolRequested),
  agent_id: 'helper',
  user_id: 'alice',
  tool_name: 'read-file',
  tool_definition_hash: definitionHash(READ_FILE),
  cost_micros: 7,
  environment: 'staging',
  session_id: null,
  intent_id: null,
  confidence: 0.5,
  ...change,
});

type Messages = ReturnType<typeof createMessages>;

/** What is gathered about a call after some control events. */
async function gathered(
  events: (messages: Messages) => readonly Message[],
  request: ToolRequested = requested(),
  args: object | null = { path: 'a' },
  approvers: readonly string[] | null = null,
  level?: 'read' | null,
) {
  const directory = createDirectory();
  const board = createKillSwitchBoard();
  const plans = createPlanCatalog();
  for (const message of events(createMessages())) {
    directory.apply(message);
    board.apply(message);
    plans.apply(message);
  }
  const context = async () => CALM_FACTS.ctx;
  const rights = { levelOn: () => level };
  const deps = { directory, board, plans, rights, context, argumentsCheck: createArgumentChecks() };
  return gather(deps, 'acme', request, args, approvers, NOW);
}

const registered = ({ user, agent, tool }: Messages) => [user('alice'), agent('helper'), tool('read-file')];

describe('what is gathered', () => {
  it.each([
    ['a label', undefined, undefined],
    ['a work intent that is hidden', null, { intent_id: 'intent-1', level: null }],
    ['a work intent', 'read', { intent_id: 'intent-1', level: 'read' }],
  ] as const)('is what the agent holds where the call names %s', async (_, level, access) => {
    const request = { ...requested(), intent_id: 'intent-1' };
    const { facts } = await gathered(registered, request, {}, null, level);
    expect(facts.checks.access).toEqual(access);
    expect((await gathered(registered)).facts.checks).not.toHaveProperty('access');
  });

  it('is which features the plan lacks, of those that the tool requires', async () => {
    const onPlan = ({ next, agent, tool }: Messages, flags: JsonObject, declaration: object) => [
      next('organization.created', 'acme', { organization_id: 'acme', plan: 'team' }),
      next('plan.published', 'team', { slug: 'team', plan: { flags }, by: { kind: 'user', id: 'olga' } }),
      agent('helper'),
      tool('read-file', declaration as never),
    ];
    const missing = async (flags: JsonObject, declaration: object) =>
      (await gathered((messages) => onPlan(messages, flags, declaration))).facts.checks;
    const required = { required_flags: ['sso', 'access', 'rbac'] };
    expect(await missing({ access: true, rbac: false }, required)).toMatchObject({
      missing_flags: ['sso', 'rbac'],
    });
    const all = { access: true, rbac: true, sso: true };
    expect(await missing(all, required)).toMatchObject({ missing_flags: [] });
    expect(await missing({}, {})).not.toHaveProperty('missing_flags');
  });

  it('are the facts of the registrations, with cost and environment as they were announced', async () => {
    const { facts, definitions } = await gathered(registered);
    const hash = definitionHash(READ_FILE);
    expect(definitions).toEqual({ announced: hash, judged: hash });
    expect(facts).toEqual({
      ...CALM_FACTS,
      tool: { ...CALM_FACTS.tool, cost_micros: 7, environment: 'staging' },
      call: { session_id: null, intent_id: null, confidence: 0.5 },
    });
  });

  it('is of a user of whom nothing is registered: no role, and the defaults of the contract', async () => {
    const { facts } = await gathered(({ agent, tool }) => [agent('helper'), tool('read-file')]);
    expect(facts.user).toEqual({
      id: 'alice',
      roles: [],
      approval_level: 'production_only',
      trust_score: 500,
    });
    expect(facts.checks.user_delegated).toBe(true);
  });

  it('are the roles that count in the scope of the agent, sorted, each once', async () => {
    const roles = [
      { scope: { organization: 'acme' }, role: 'viewer' },
      { scope: { project: 'billing' }, role: 'developer' },
      { scope: { workspace: 'default' }, role: 'viewer' },
      { scope: { project: 'other' }, role: 'operator' },
      { scope: { organization: 'globex' }, role: 'owner' },
    ];
    const { facts } = await gathered(({ user, agent, tool }) => [
      user('alice', { roles }),
      agent('helper', { project: 'billing' }),
      tool('read-file'),
    ]);
    expect(facts.user?.roles).toEqual(['developer', 'viewer']);
    expect(facts.scope).toEqual({ organization: 'acme', workspace: 'default', project: 'billing' });
  });

  it.each<[string, object, string, boolean]>([
    ['the owner, who is named', { acts_for: ['alice'] }, 'alice', true],
    ['the owner, who is not', { acts_for: ['bob'] }, 'alice', false],
    ['a user who is named', { acts_for: ['bob'] }, 'bob', true],
    ['any user', { acts_for: 'any' }, 'zoe', true],
    ['another user', { acts_for: ['bob'] }, 'zoe', false],
  ])('says whether the agent may act for %s', async (_, registration, user_id, may) => {
    const events = ({ agent, tool }: Messages) => [agent('helper', registration as never), tool('read-file')];
    const { facts } = await gathered(events, requested({ user_id }));
    expect(facts.checks.user_delegated).toBe(may);
  });

  it('has null for what is not registered, and refuses nobody by mistake for it', async () => {
    const { facts, definitions } = await gathered(() => [], requested({ tool_definition_hash: null }));
    expect(facts).toMatchObject({
      tool: null,
      agent: null,
      scope: { organization: 'acme', workspace: 'default', project: 'default' },
      checks: { agent_enabled: false, user_delegated: false, arguments_valid: false },
    });
    expect(definitions).toEqual({ announced: null, judged: null });
  });

  it('has null for a cost or an environment that could not be computed', async () => {
    const { facts } = await gathered(registered, requested({ cost_micros: null, environment: null }));
    expect(facts.tool).toMatchObject({ cost_micros: null, environment: null });
  });

  it('has the definition as it is now, and none of a withdrawn tool', async () => {
    const changed = await gathered((messages) => [
      ...registered(messages),
      messages.tool('read-file', { sensitivity: 'high' }),
    ]);
    expect(changed.definitions.judged).toBe(definitionHash({ ...READ_FILE, sensitivity: 'high' }));
    expect(changed.facts.tool?.sensitivity).toBe('high');
    const gone = await gathered((messages) => [...registered(messages), messages.withdrawn('read-file')]);
    expect(gone).toMatchObject({ facts: { tool: null }, definitions: { judged: null } });
  });

  it.each<[string, object | null, object, boolean]>([
    ['fit', { path: 'a' }, {}, true],
    ['lack a field', {}, {}, false],
    ['have one too many', { path: 'a', more: 1 }, {}, false],
    ['are erased', null, {}, false],
    ['are erased and a schema asks for nothing', null, { input_schema: {} }, false],
  ])('says whether arguments that %s are valid', async (_, args, declaration, valid) => {
    const events = ({ agent, tool }: Messages) => [agent('helper'), tool('read-file', declaration as never)];
    const { facts } = await gathered(events, requested(), args);
    expect(facts.checks.arguments_valid).toBe(valid);
  });

  it('has the roles and the missing permissions by the catalog in force', async () => {
    const roles = [{ scope: { project: 'default' }, role: 'annotator' }];
    const declaration = { required_permissions: ['run_tools', 'edit_spans'] };
    const held = ({ user, agent, tool }: Messages) => [
      user('alice', { roles }),
      agent('helper'),
      tool('read-file', declaration as never),
    ];
    const by =
      (...catalog: readonly object[]) =>
      (messages: Messages) => [
        ...held(messages),
        messages.next('role.catalog.applied', 'installation', {
          roles: { organization: [], workspace: [], project: catalog },
        } as never),
      ];
    const seen = async (events: (messages: Messages) => readonly Message[]) => {
      const { facts } = await gathered(events);
      return [facts.user?.roles, facts.checks.missing_permissions];
    };
    expect(await seen(held)).toEqual([['annotator'], []]);
    expect(await seen(by({ role: 'annotator', permissions: ['run_tools'] }))).toEqual([
      ['annotator'],
      ['edit_spans'],
    ]);
    expect(await seen(by({ role: 'editor', permissions: ['*'] }))).toEqual([[], ['run_tools', 'edit_spans']]);
  });

  it('has the kill switches that stop the call, drills left out', async () => {
    const { facts } = await gathered((messages) => [
      ...registered(messages),
      messages.kill('agent', 'helper'),
      messages.kill('tool', 'another'),
      messages.kill('all', null, true),
      messages.kill('user', 'alice'),
    ]);
    expect(facts.checks.kill_switches).toEqual(['k3', 'k6']);
  });

  it('knows which permissions the user lacks, and that the agent is disabled', async () => {
    const { facts } = await gathered(({ user, agent, tool, disabled }) => [
      user('alice', { roles: [{ scope: { organization: 'acme' }, role: 'viewer' }] }),
      agent('helper'),
      tool('read-file', { required_permissions: ['file:read', 'read'] }),
      disabled('helper'),
    ]);
    expect(facts.checks).toMatchObject({ missing_permissions: ['file:read'], agent_enabled: false });
  });

  it('has of what the user got later no more than who let the agent act for them held', async () => {
    const at = (role: string) => ({ scope: { organization: 'acme' }, role });
    const events =
      (...bounds: readonly object[]) =>
      ({ user, agent, tool }: Messages) => [
        user('alice', { roles: [at('viewer'), at('owner')] }),
        agent('helper', { bounds } as never),
        tool('read-file', { required_permissions: ['read', 'manage_tools', 'file:read'] }),
      ];
    const seen = async (of: ReturnType<typeof events>) => {
      const { facts } = await gathered(of);
      return [facts.user?.roles, facts.checks.missing_permissions];
    };
    expect(await seen(events())).toEqual([['owner', 'viewer'], []]);
    expect(await seen(events({ users: ['alice'], roles: [at('developer')] }))).toEqual([
      ['viewer'],
      ['file:read'],
    ]);
    expect(await seen(events({ users: ['bob'], roles: [] }))).toEqual([['owner', 'viewer'], []]);
  });

  it('has who granted the call with what counts of them where it is, so that nobody need be looked up again', async () => {
    const held = (scope: JsonObject, role: string) => ({ roles: [{ scope, role }] });
    const events = (messages: Messages) => [
      ...registered(messages),
      messages.user('olga', held({ project: 'default' }, 'operator')),
      messages.user('oscar', held({ project: 'another' }, 'operator')),
      messages.user('vic', held({ organization: 'acme' }, 'viewer')),
    ];
    const { facts } = await gathered(events, requested(), {}, ['olga', 'oscar', 'vic', 'mallory']);
    expect(facts.approved_by).toEqual([
      { id: 'olga', roles: ['operator'], may_approve: true, groups: [] },
      { id: 'oscar', roles: [], may_approve: false, groups: [] },
      { id: 'vic', roles: ['viewer'], may_approve: false, groups: [] },
      { id: 'mallory', roles: [], may_approve: false, groups: [] },
    ]);
  });
});
