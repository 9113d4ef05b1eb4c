import { findPublicEvent } from '@countersign/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDirectory, DIRECTORY_TYPES, type Directory } from './directory.ts';
import { KEY_TYPES } from './keys.ts';
import { PLAN_TYPES } from './plan-catalog.ts';
import { RETENTION_TYPES } from './retention.ts';
import { createLedger, timeAt } from './testing/messages.ts';

const BY = { kind: 'user', id: 'owner' };

it.each([...DIRECTORY_TYPES, ...KEY_TYPES, ...PLAN_TYPES, ...RETENTION_TYPES])(
  '%s, which something here is folded from, is a control event of the contract',
  (type) => {
    expect(findPublicEvent(type)?.topic).toBe('agent.control');
  },
);

/** The control events of an organization, by what they say. */
function createControl(organization = 'acme') {
  const { next } = createLedger(organization);
  return {
    organization: (id: string, plan = 'team') =>
      next('organization.created', `organization-${id}`, { organization_id: id, plan, by: BY }, id),
    plan: (id: string, plan: string) =>
      next('organization.plan_changed', `organization-${id}`, { organization_id: id, plan, by: BY }, id),
    user: (id: string, trust_score = 500, of = organization) =>
      next('user.registered', `user-${of}:${id}`, { user_id: id, roles: [], trust_score, by: BY }, of),
    agent: (id: string, owner = 'alice', type = 'agent.registered') =>
      next(type, `agent-${organization}:${id}`, { agent_id: id, owner, acts_for: [owner], by: BY }),
    switchAgent: (id: string, to: 'disabled' | 'enabled') =>
      next(`agent.${to}`, `agent-${organization}:${id}`, { agent_id: id, by: BY }),
    addKey: (id: string, key_id: string) =>
      next('agent.signing_key_added', `agent-${organization}:${id}`, {
        agent_id: id,
        key_id,
        public_key: { kty: 'OKP', crv: 'Ed25519', x: key_id },
        by: BY,
      }),
    revokeKey: (id: string, key_id: string) =>
      next('agent.signing_key_revoked', `agent-${organization}:${id}`, { agent_id: id, key_id, by: BY }),
    tool: (name: string, version: number) =>
      next('tool.declared', `tool-${organization}:${name}`, {
        name,
        version,
        definition_hash: `h${version}`,
      }),
    withdraw: (name: string, version: number) =>
      next('tool.withdrawn', `tool-${organization}:${name}`, { name, version }),
    other: () => next('policy.published', 'policy-acme:default', { policy_id: 'default' }),
  };
}

const folded = (...messages: Parameters<Directory['apply']>[0][]): Directory => {
  const directory = createDirectory();
  messages.forEach(directory.apply);
  return directory;
};

describe('organizations', () => {
  it('have the plan that they changed to last, and when', () => {
    const { organization, plan } = createControl();
    const directory = folded(organization('acme'), plan('acme', 'large'), organization('abc'));
    expect(directory.organization('acme')).toMatchObject({
      data: { organization_id: 'acme', plan: 'team' },
      plan: 'large',
      createdAt: timeAt(1),
      updatedAt: timeAt(2),
    });
    expect(directory.organizationIds(null)).toEqual(['abc', 'acme']);
    expect(directory.organizationIds('acme')).toEqual(['acme']);
    expect(directory.organizationIds({ plan: 'large' })).toEqual(['acme']);
    expect(directory.organizationIds({ plan: 'unused' })).toEqual([]);
    expect(directory.organizations().map(({ data }) => data.organization_id)).toEqual(['abc', 'acme']);
  });
});

describe('users', () => {
  it('are those of an organization, sorted by id', () => {
    const { user } = createControl();
    const directory = folded(user('bob'), user('alice'), user('alice', 900, 'globex'));
    expect(directory.users('acme').map(({ data }) => data.user_id)).toEqual(['alice', 'bob']);
    expect(directory.user('acme', 'alice')?.data.trust_score).toBe(500);
    expect(directory.user('globex', 'alice')?.data.trust_score).toBe(900);
    expect(directory.user('globex', 'bob')).toBeUndefined();
  });
});

describe('agents', () => {
  it('are enabled until they are disabled, and a change does not enable them', () => {
    const { agent, switchAgent } = createControl();
    const directory = folded(agent('bot'), switchAgent('bot', 'disabled'));
    expect(directory.agent('acme', 'bot')).toMatchObject({ enabled: false, updatedAt: timeAt(2) });
    directory.apply(agent('bot', 'bob', 'agent.changed'));
    expect(directory.agent('acme', 'bot')).toMatchObject({ enabled: false, data: { owner: 'bob' } });
    directory.apply(switchAgent('bot', 'enabled'));
    expect(directory.agent('acme', 'bot')).toMatchObject({
      enabled: true,
      data: { owner: 'bob' },
      createdAt: timeAt(1),
      updatedAt: timeAt(4),
      message: { type: 'agent.changed' },
    });
  });

  it('that nobody registered are not known by being disabled', () => {
    const { switchAgent } = createControl();
    const directory = folded(switchAgent('ghost', 'disabled'));
    expect(directory.agent('acme', 'ghost')).toBeUndefined();
    expect(directory.agents('acme')).toEqual([]);
  });

  it('keep their signing keys through changes, and who holds one is told while it is in force', () => {
    const { agent, addKey, revokeKey } = createControl();
    const directory = folded(agent('bot'), addKey('bot', 'k1'), addKey('bot', 'k2'));
    directory.apply(agent('bot', 'bob', 'agent.changed'));
    directory.apply(revokeKey('bot', 'k1'));
    expect(directory.agent('acme', 'bot')?.signingKeys).toEqual([
      { id: 'k1', publicKey: expect.anything(), createdAt: timeAt(2), revokedAt: timeAt(5) },
      { id: 'k2', publicKey: { kty: 'OKP', crv: 'Ed25519', x: 'k2' }, createdAt: timeAt(3), revokedAt: null },
    ]);
    expect(directory.signingKeyHolder('k1')).toBeUndefined();
    expect(directory.signingKeyHolder('k2')).toEqual({ organization: 'acme', agentId: 'bot' });
  });

  it('that nobody registered have no signing keys', () => {
    const { addKey, revokeKey } = createControl();
    const directory = folded(addKey('ghost', 'k1'), revokeKey('ghost', 'k1'), addKey('ghost', 'k2'));
    expect(directory.agent('acme', 'ghost')).toBeUndefined();
    expect(directory.signingKeyHolder('k2')).toBeUndefined();
  });
});

describe('tools', () => {
  it('that are withdrawn are not declared, until they are again', () => {
    const { tool, withdraw } = createControl();
    const directory = folded(tool('read', 1), tool('write', 1), withdraw('read', 1));
    expect(directory.tool('acme', 'read')).toBeUndefined();
    expect(directory.tools('acme').map(({ data }) => data.name)).toEqual(['write']);
    directory.apply(tool('read', 2));
    expect(directory.tool('acme', 'read')).toMatchObject({
      data: { version: 2 },
      withdrawn: false,
      createdAt: timeAt(1),
    });
  });
});

describe('delivery', () => {
  it('of foreign types changes nothing', () => {
    const { other, user } = createControl();
    const directory = folded(user('alice'), other());
    expect(directory.users('acme')).toHaveLength(1);
  });

  it('of an old event after a newer one does not turn the directory back', () => {
    const { tool, agent, switchAgent } = createControl();
    const [first, second] = [tool('read', 1), tool('read', 2)];
    const [registered, disabled] = [agent('bot'), switchAgent('bot', 'disabled')];
    const directory = folded(second, first, registered, disabled, registered);
    expect(directory.tool('acme', 'read')?.data.version).toBe(2);
    expect(directory.agent('acme', 'bot')?.enabled).toBe(false);
  });

  it('at least once comes to the same as once', () => {
    const step = fc.constantFrom<
      (control: ReturnType<typeof createControl>) => Parameters<Directory['apply']>[0]
    >(
      (control) => control.agent('bot'),
      (control) => control.agent('bot', 'bob', 'agent.changed'),
      (control) => control.switchAgent('bot', 'disabled'),
      (control) => control.switchAgent('bot', 'enabled'),
      (control) => control.tool('read', 1),
      (control) => control.withdraw('read', 1),
      (control) => control.organization('acme'),
      (control) => control.plan('acme', 'large'),
      (control) => control.user('alice'),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), fc.array(fc.nat(19)), (steps, repeats) => {
        const control = createControl();
        const messages = steps.map((make) => make(control));
        const once = folded(...messages);
        const repeating = createDirectory();
        messages.forEach((message, index) => {
          repeating.apply(message);
          const from = repeats[index];
          if (from !== undefined) messages.slice(from, index + 1).forEach(repeating.apply);
        });
        const shown = (directory: Directory) => [
          directory.organization('acme'),
          directory.users('acme'),
          directory.agents('acme'),
          directory.tools('acme'),
        ];
        expect(shown(repeating)).toEqual(shown(once));
      }),
    );
  });
});
