import type { JsonObject } from '@countersign/contracts';
import { describe, expect, it } from 'vitest';
import { createDirectory } from './directory.ts';
import { createKillSwitchBoard } from './kill-switches.ts';
import { createPlanCatalog } from './plan-catalog.ts';
import { createStandingCheck, mayActFor } from './standing.ts';
import { createLedger, type Ledger } from './testing/messages.ts';
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

/** Everything that a call stands on; `also` happens after it. */
function standingAfter(also: (ledger: Ledger) => readonly ReturnType<Ledger['next']>[] = () => []) {
  const ledger = createLedger();
  const directory = createDirectory();
  const board = createKillSwitchBoard();
  const plans = createPlanCatalog();
  const agent = { agent_id: 'bot', owner: 'olga', acts_for: ['alice', 'zoe'], project: 'web' };
  const team = { slug: 'team', plan: { flags: { sso: true } }, by: { kind: 'user', id: 'olga' } };
  const messages = [
    ledger.next('organization.created', 'organization-acme', { organization_id: 'acme', plan: 'team' }),
    ledger.next('plan.published', 'plan-team', team),
    ledger.next('user.registered', 'user-acme:alice', { user_id: 'alice', roles: ROLES }),
    ledger.next('agent.registered', 'agent-acme:bot', agent),
    ledger.next('tool.declared', 'tool-acme:delete', declared('h1')),
    ...also(ledger),
  ];
  for (const message of messages) {
    directory.apply(message);
    board.apply(message);
    plans.apply(message);
  }
  return createStandingCheck({ directory, board, intents: noIntents(directory), plans });
}

function declared(
  definition_hash: string,
  required_permissions: readonly string[] = ['manage_agents'],
): JsonObject {
  const declaration = { required_permissions, required_flags: ['sso'] };
  return { name: 'delete', version: 1, definition_hash, declaration };
}

const engaged = (change: JsonObject = {}) => ({
  kill_switch_id: 'k1',
  scope: 'agent',
  target: 'bot',
  drill: false,
  expires_at: null,
  ...change,
});

describe('a call', () => {
  it('stands while nothing has changed', () => {
    expect(standingAfter()(CALL)).toBeNull();
  });

  it.each<[string, string, string, (ledger: Ledger) => ReturnType<Ledger['next']>]>([
    [
      'a kill switch',
      'killed',
      'kill_switch',
      (l) => l.next('killswitch.engaged', 'killswitch-k1', engaged()),
    ],
    [
      'a withdrawn tool',
      'tool_withdrawn',
      'tool',
      (l) => l.next('tool.withdrawn', 'tool-acme:delete', { name: 'delete' }),
    ],
    [
      'a changed tool',
      'tool_changed',
      'tool',
      (l) => l.next('tool.declared', 'tool-acme:delete', declared('h2')),
    ],
    [
      'a disabled agent',
      'agent_disabled',
      'agent',
      (l) => l.next('agent.disabled', 'agent-acme:bot', { agent_id: 'bot' }),
    ],
    [
      'a user that the agent acts for no more',
      'right_revoked',
      'agent',
      (l) =>
        l.next('agent.changed', 'agent-acme:bot', {
          agent_id: 'bot',
          owner: 'olga',
          acts_for: [],
          project: 'web',
        }),
    ],
    [
      'a lost permission',
      'right_revoked',
      'permission',
      (l) => l.next('user.changed', 'user-acme:alice', { user_id: 'alice', roles: [] }),
    ],
    [
      'who lets the agent act from here on holding less than the user',
      'right_revoked',
      'permission',
      (l) =>
        l.next('agent.changed', 'agent-acme:bot', {
          ...{ agent_id: 'bot', owner: 'olga', acts_for: ['alice'], project: 'web' },
          bounds: [{ users: ['alice'], roles: [{ scope: { project: 'web' }, role: 'viewer' }] }],
        }),
    ],
    [
      'an agent that moved out of the project in which the permission holds',
      'right_revoked',
      'permission',
      (l) =>
        l.next('agent.changed', 'agent-acme:bot', {
          agent_id: 'bot',
          owner: 'olga',
          acts_for: ['alice'],
          project: 'other',
        }),
    ],
    [
      'a plan without the feature',
      'right_revoked',
      'plan',
      (l) =>
        l.next('organization.plan_changed', 'organization-acme', { organization_id: 'acme', plan: 'none' }),
    ],
  ])('falls by %s', (_, reason, layer, change) => {
    expect(standingAfter((ledger) => [change(ledger)])(CALL)).toMatchObject({ reason, layer });
  });

  it('falls by a switch before all else, which is named', () => {
    const standing = standingAfter((ledger) => [
      ledger.next('tool.withdrawn', 'tool-acme:delete', { name: 'delete' }),
      ledger.next('killswitch.engaged', 'killswitch-k1', engaged({ scope: 'all', target: null })),
    ]);
    expect(standing(CALL)).toEqual({
      reason: 'killed',
      layer: 'kill_switch',
      message: 'kill switch on all',
      killSwitchId: 'k1',
    });
  });

  it('stands under a drill', () => {
    const standing = standingAfter((ledger) => [
      ledger.next('killswitch.engaged', 'killswitch-k1', engaged({ drill: true })),
    ]);
    expect(standing(CALL)).toBeNull();
  });

  it('falls where nothing is known of its tool, its agent or its user', () => {
    const standing = standingAfter();
    expect(standing({ ...CALL, tool_name: 'unknown' })?.reason).toBe('tool_withdrawn');
    expect(standing({ ...CALL, agent_id: 'unknown' })?.reason).toBe('agent_disabled');
    expect(standing({ ...CALL, organization: 'globex' })?.reason).toBe('tool_withdrawn');
    expect(standing({ ...CALL, user_id: 'olga' })).toMatchObject({ layer: 'agent' });
    expect(standing({ ...CALL, user_id: 'zoe' })).toMatchObject({ layer: 'permission' });
  });
});

describe('whom an agent acts for', () => {
  it.each([
    ['not even its owner, unmentioned', [], 'olga', false],
    ['its owner, where it says so', ['olga'], 'olga', true],
    ['those it names', ['alice'], 'alice', true],
    ['nobody else', ['alice'], 'bob', false],
    ['anybody', 'any', 'bob', true],
  ] as const)('%s', (_, acts_for, user, acts) => {
    expect(mayActFor(createDirectory(), 'acme', { acts_for }, user)).toBe(acts);
    const directory = createDirectory();
    directory.apply(createLedger().next('user.removed', `user-acme:${user}`, { user_id: user }));
    expect(mayActFor(directory, 'acme', { acts_for }, user)).toBe(false);
  });
});
