import type { Message } from '@countersign/message-bus';
import { evaluate } from '@countersign/policy';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMessages } from '../testing/messages.ts';
import { CALM_FACTS } from '../testing/sample-facts.ts';
import { createPolicyCatalog, type PolicyCatalog } from './catalog.ts';
import type { PolicyScope } from './events.ts';

const by = { kind: 'user', id: 'dora' };
const text = (id: string, effect: 'allow' | 'deny') =>
  `policy: ${id}\nschema: call/1\nrules:\n  - id: ${effect}-all\n    match: { tools: ["*"] }\n    effect: ${effect}\n`;
const ALLOW = text('calm', 'allow');
const DENY = text('calm', 'deny');
const BROKEN = 'policy: calm\nschema: call/0\nrules: []\n';

interface Activation {
  readonly version?: number;
  readonly mode?: 'enforce' | 'shadow';
  readonly scope?: PolicyScope;
  readonly floor?: boolean;
}

/** A catalog with what was told of it, message by message. */
function catalogOf() {
  const messages = createMessages();
  const told: Message[] = [];
  const unusable: string[] = [];
  const catalog = createPolicyCatalog((id, version) => unusable.push(`${id} ${version}`));
  const tell = (
    type: 'policy.published' | 'policy.activated' | 'policy.deactivated',
    id: string,
    data: Message['data'],
    organization: string,
  ) => {
    const message = messages.next(
      type,
      `${organization}:${id}`,
      { policy_id: id, ...data },
      { organization },
    );
    told.push(message);
    catalog.apply(message);
    return message;
  };
  let versions = 0;
  return {
    catalog,
    told,
    unusable,
    publish(policy: string, id = 'calm', organization = 'acme') {
      versions += 1;
      const version =
        told.filter(({ type, data }) => type === 'policy.published' && data.policy_id === id).length + 1;
      const engine = { name: 'engine', version: '1' };
      const data = { version, digest: `digest ${versions}`, text: policy, tests: '', engine, author: by };
      return tell('policy.published', id, data, organization);
    },
    activate(
      { version = 1, mode = 'enforce', scope = { organization: 'acme' }, floor = false }: Activation = {},
      id = 'calm',
      organization = 'acme',
    ) {
      const data = { version, digest: '', mode, scope: { ...scope }, floor, previous: null, by };
      return tell('policy.activated', id, data as Message['data'], organization);
    },
    deactivate(scope: PolicyScope = { organization: 'acme' }, id = 'calm') {
      const data = { version: 1, digest: '', mode: 'enforce', scope: { ...scope }, by };
      return tell('policy.deactivated', id, data as Message['data'], 'acme');
    },
  };
}

/** What the policies in force say to the calm call, as it stands in some project of some organization. */
function verdict(catalog: PolicyCatalog, organization = 'acme', project = 'default') {
  const { tool, agent, user, call, ctx } = CALM_FACTS;
  if (!tool || !agent || !user) throw new Error('the calm facts are not complete');
  const scope = { organization, workspace: 'default', project };
  const facts = { args: {}, agent, user, scope, call: { ...call, reason: '' }, ctx };
  const known = { ...tool, environment: 'development', cost_micros: 0 };
  return evaluate(catalog.inForce(organization), { ...facts, tool: known }).verdict;
}

describe('the policies in force', () => {
  it('are those that are activated, each in its own organization', () => {
    const { catalog, publish, activate, deactivate } = catalogOf();
    publish(ALLOW);
    expect(verdict(catalog)).toBe('deny');
    activate();
    expect(verdict(catalog)).toBe('allow');
    expect(verdict(catalog, 'globex')).toBe('deny');
    deactivate();
    expect(verdict(catalog)).toBe('deny');
  });

  it('are of the version that is activated, not of the newest', () => {
    const { catalog, publish, activate } = catalogOf();
    publish(ALLOW);
    publish(DENY);
    activate({ version: 1 });
    expect(verdict(catalog)).toBe('allow');
    activate({ version: 2 });
    expect(verdict(catalog)).toBe('deny');
  });

  it('hold in their scope and below it', () => {
    const { catalog, publish, activate, deactivate } = catalogOf();
    publish(ALLOW);
    activate();
    publish(text('strict', 'deny'), 'strict');
    activate({ scope: { project: 'billing' } }, 'strict');
    expect(verdict(catalog, 'acme', 'billing')).toBe('deny');
    expect(verdict(catalog, 'acme', 'web')).toBe('allow');
    activate({ scope: { workspace: 'default' } }, 'strict');
    expect(verdict(catalog, 'acme', 'web')).toBe('deny');
    deactivate({ workspace: 'default' }, 'strict');
    expect(verdict(catalog, 'acme', 'web')).toBe('allow');
    expect(verdict(catalog, 'acme', 'billing')).toBe('deny');
  });

  it('are everywhere when they are activated without a scope', () => {
    const { catalog, publish, activate } = catalogOf();
    publish(ALLOW);
    expect(verdict(catalog, 'globex')).toBe('deny');
    activate({ scope: {} });
    expect([verdict(catalog), verdict(catalog, 'globex')]).toEqual(['allow', 'allow']);
  });

  it('are not those of another organization, whatever scope that names', () => {
    const { catalog, publish, activate } = catalogOf();
    publish(ALLOW, 'calm', 'globex');
    activate({ scope: { organization: 'acme' } }, 'calm', 'globex');
    activate({ scope: { project: 'default' } }, 'calm', 'globex');
    expect(verdict(catalog)).toBe('deny');
    expect(verdict(catalog, 'globex')).toBe('allow');
  });

  it('keep a floor that narrower scopes can not widen', () => {
    const { catalog, publish, activate } = catalogOf();
    const reads = ALLOW.replace('{ tools: ["*"] }', '{ actions: [admin] }');
    publish(reads);
    activate({ scope: {}, floor: true });
    publish(text('local', 'allow'), 'local');
    activate({}, 'local');
    expect(verdict(catalog)).toBe('deny');
    activate({ scope: {}, floor: false });
    expect(verdict(catalog)).toBe('allow');
  });

  it('decide nothing in shadow', () => {
    const { catalog, publish, activate } = catalogOf();
    publish(ALLOW);
    activate({ mode: 'shadow' });
    expect(verdict(catalog)).toBe('deny');
  });

  it('are compiled once, until something in force changes for that organization', () => {
    const { catalog, publish, activate } = catalogOf();
    publish(ALLOW);
    activate();
    const [acme, globex] = [catalog.inForce('acme'), catalog.inForce('globex')];
    publish(DENY);
    expect(catalog.inForce('acme')).toBe(acme);
    activate({ version: 2 });
    expect(catalog.inForce('acme').digest).not.toBe(acme.digest);
    expect(catalog.inForce('globex')).toBe(globex);
    activate({ scope: {} });
    expect(catalog.inForce('globex').digest).not.toBe(globex.digest);
  });
});

describe('an active version that does not compile any more', () => {
  it('is replaced by the latest one enforced there before it that does, and told', () => {
    const { catalog, publish, activate, unusable } = catalogOf();
    publish(DENY);
    publish(ALLOW);
    publish(BROKEN);
    publish(BROKEN);
    for (const version of [1, 2, 3, 4]) activate({ version });
    expect(verdict(catalog)).toBe('allow');
    expect(unusable).toEqual(['calm 4', 'calm 3']);
  });

  it('is not replaced by a version that nobody put in force, nor by one that was only in shadow or elsewhere', () => {
    const { catalog, publish, activate, deactivate } = catalogOf();
    for (const one of [ALLOW, ALLOW, ALLOW, BROKEN, ALLOW]) publish(one);
    activate({ version: 1 });
    deactivate();
    activate({ version: 2, mode: 'shadow' });
    activate({ version: 3, scope: { project: 'billing' } });
    activate({ version: 4 });
    expect(verdict(catalog)).toBe('deny');
  });

  it('denies everything in its scope when there is no good one before it, whatever others allow', () => {
    const { catalog, publish, activate, unusable } = catalogOf();
    publish(text('open', 'allow'), 'open');
    activate({}, 'open');
    publish(BROKEN);
    activate({ scope: { project: 'billing' } });
    expect(verdict(catalog, 'acme', 'billing')).toBe('deny');
    expect(verdict(catalog, 'acme', 'web')).toBe('allow');
    expect(unusable).toEqual(['calm 1']);
  });

  it('denies nothing while it is in shadow', () => {
    const { catalog, publish, activate } = catalogOf();
    publish(text('open', 'allow'), 'open');
    activate({}, 'open');
    publish(BROKEN);
    activate({ mode: 'shadow' });
    expect(verdict(catalog)).toBe('allow');
  });
});

describe('what the catalog tells', () => {
  it('is every policy of an organization, sorted, with its versions and times', () => {
    const { catalog, publish, activate } = catalogOf();
    publish(ALLOW, 'zebra');
    publish(ALLOW);
    publish(DENY);
    publish(ALLOW, 'calm', 'globex');
    activate({ version: 2 });
    expect(catalog.entries('acme').map(({ id }) => id)).toEqual(['calm', 'zebra']);
    const entry = catalog.entry('acme', 'calm');
    expect(entry?.versions.map(({ published }) => published.version)).toEqual([1, 2]);
    expect([...(entry?.state.active.values() ?? [])]).toMatchObject([{ version: 2, mode: 'enforce' }]);
    expect(catalog.entry('acme', 'nothing')).toBeUndefined();
  });

  it('is the same however often a message is delivered', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 30 }), (picks) => {
        const { catalog, told, publish, activate, deactivate } = catalogOf();
        publish(ALLOW);
        publish(DENY);
        activate();
        activate({ version: 2, scope: {} });
        deactivate();
        const again = createPolicyCatalog(() => {});
        told.forEach((message, index) => {
          again.apply(message);
          for (const pick of picks) again.apply(told[pick % (index + 1)] as Message);
        });
        expect(again.entries('acme')).toEqual(catalog.entries('acme'));
        expect(again.inForce('acme').digest).toBe(catalog.inForce('acme').digest);
      }),
      { numRuns: 50 },
    );
  });
});
