import type { Message } from '@countersign/message-bus';
import { evaluate, parsePolicy } from '@countersign/policy';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMessages } from '../testing/messages.ts';
import { CALM_FACTS } from '../testing/sample-facts.ts';
import { createPolicyCatalog, type PolicyCatalog, type ReadVersion, type StoredVersion } from './catalog.ts';
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

/** The ledger out of which the messages were told. */
function readingFrom(told: readonly Message[]): ReadVersion {
  return async (organization, id, sequence) => {
    const message = told.find(
      (one) => one.subject === `policy-${organization}:${id}` && one.sequence === sequence,
    );
    if (!message) throw new Error(`nothing stands at ${sequence}`);
    return {
      published: message.data as unknown as StoredVersion['published'],
      createdAt: message.time,
    };
  };
}

/** A catalog with what was told of it, message by message. */
function catalogOf() {
  const messages = createMessages();
  const told: Message[] = [];
  const unusable: string[] = [];
  const reads: string[] = [];
  const readVersion = readingFrom(told);
  const catalog = createPolicyCatalog(
    (organization, id, sequence) => {
      reads.push(`${organization}:${id} ${sequence}`);
      return readVersion(organization, id, sequence);
    },
    (id, version) => unusable.push(`${id} ${version}`),
  );
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
    reads,
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
async function verdict(catalog: PolicyCatalog, organization = 'acme', project = 'default') {
  const { tool, agent, user, call, ctx } = CALM_FACTS;
  if (!tool || !agent || !user) throw new Error('the calm facts are not complete');
  const scope = { organization, workspace: 'default', project };
  const facts = { args: {}, agent, user, scope, call: { ...call, reason: '' }, ctx };
  const known = { ...tool, environment: 'development', cost_micros: 0 };
  return evaluate(await catalog.inForce(organization), { ...facts, tool: known }).verdict;
}

describe('the policies in force', () => {
  it('are those that are activated, each in its own organization', async () => {
    const { catalog, publish, activate, deactivate } = catalogOf();
    publish(ALLOW);
    expect(await verdict(catalog)).toBe('deny');
    activate();
    expect(await verdict(catalog)).toBe('allow');
    expect(await verdict(catalog, 'globex')).toBe('deny');
    deactivate();
    expect(await verdict(catalog)).toBe('deny');
  });

  it('are of the version that is activated, not of the newest', async () => {
    const { catalog, publish, activate } = catalogOf();
    publish(ALLOW);
    publish(DENY);
    activate({ version: 1 });
    expect(await verdict(catalog)).toBe('allow');
    activate({ version: 2 });
    expect(await verdict(catalog)).toBe('deny');
  });

  it('hold in their scope and below it', async () => {
    const { catalog, publish, activate, deactivate } = catalogOf();
    publish(ALLOW);
    activate();
    publish(text('strict', 'deny'), 'strict');
    activate({ scope: { project: 'billing' } }, 'strict');
    expect(await verdict(catalog, 'acme', 'billing')).toBe('deny');
    expect(await verdict(catalog, 'acme', 'web')).toBe('allow');
    activate({ scope: { workspace: 'default' } }, 'strict');
    expect(await verdict(catalog, 'acme', 'web')).toBe('deny');
    deactivate({ workspace: 'default' }, 'strict');
    expect(await verdict(catalog, 'acme', 'web')).toBe('allow');
    expect(await verdict(catalog, 'acme', 'billing')).toBe('deny');
  });

  it('are everywhere when they are activated without a scope', async () => {
    const { catalog, publish, activate } = catalogOf();
    publish(ALLOW);
    expect(await verdict(catalog, 'globex')).toBe('deny');
    activate({ scope: {} });
    expect([await verdict(catalog), await verdict(catalog, 'globex')]).toEqual(['allow', 'allow']);
  });

  it('are not those of another organization, whatever scope that names', async () => {
    const { catalog, publish, activate } = catalogOf();
    publish(ALLOW, 'calm', 'globex');
    activate({ scope: { organization: 'acme' } }, 'calm', 'globex');
    activate({ scope: { project: 'default' } }, 'calm', 'globex');
    expect(await verdict(catalog)).toBe('deny');
    expect(await verdict(catalog, 'globex')).toBe('allow');
  });

  it('keep a floor that narrower scopes can not widen', async () => {
    const { catalog, publish, activate } = catalogOf();
    const reads = ALLOW.replace('{ tools: ["*"] }', '{ actions: [admin] }');
    publish(reads);
    activate({ scope: {}, floor: true });
    publish(text('local', 'allow'), 'local');
    activate({}, 'local');
    expect(await verdict(catalog)).toBe('deny');
    activate({ scope: {}, floor: false });
    expect(await verdict(catalog)).toBe('allow');
  });

  it('decide nothing in shadow', async () => {
    const { catalog, publish, activate } = catalogOf();
    publish(ALLOW);
    activate({ mode: 'shadow' });
    expect(await verdict(catalog)).toBe('deny');
  });

  it('are compiled once, until something in force changes for that organization', async () => {
    const { catalog, publish, activate } = catalogOf();
    publish(ALLOW);
    activate();
    const [acme, globex] = [await catalog.inForce('acme'), await catalog.inForce('globex')];
    publish(DENY);
    expect(await catalog.inForce('acme')).toBe(acme);
    activate({ version: 2 });
    expect((await catalog.inForce('acme')).digest).not.toBe(acme.digest);
    expect(await catalog.inForce('globex')).toBe(globex);
    activate({ scope: {} });
    expect((await catalog.inForce('globex')).digest).not.toBe(globex.digest);
  });
});

describe('an active version that does not compile any more', () => {
  it('is replaced by the latest one enforced there before it that does, and told', async () => {
    const { catalog, publish, activate, unusable } = catalogOf();
    publish(DENY);
    publish(ALLOW);
    publish(BROKEN);
    publish(BROKEN);
    for (const version of [1, 2, 3, 4]) activate({ version });
    expect(await verdict(catalog)).toBe('allow');
    expect(unusable).toEqual(['calm 4', 'calm 3']);
  });

  it('is not replaced by a version that nobody put in force, nor by one that was only in shadow or elsewhere', async () => {
    const { catalog, publish, activate, deactivate } = catalogOf();
    for (const one of [ALLOW, ALLOW, ALLOW, BROKEN, ALLOW]) publish(one);
    activate({ version: 1 });
    deactivate();
    activate({ version: 2, mode: 'shadow' });
    activate({ version: 3, scope: { project: 'billing' } });
    activate({ version: 4 });
    expect(await verdict(catalog)).toBe('deny');
  });

  it('denies everything in its scope when there is no good one before it, whatever others allow', async () => {
    const { catalog, publish, activate, unusable } = catalogOf();
    publish(text('open', 'allow'), 'open');
    activate({}, 'open');
    publish(BROKEN);
    activate({ scope: { project: 'billing' } });
    expect(await verdict(catalog, 'acme', 'billing')).toBe('deny');
    expect(await verdict(catalog, 'acme', 'web')).toBe('allow');
    expect(unusable).toEqual(['calm 1']);
  });

  it('is not one whose estimate has become stricter since it was published', async () => {
    const { catalog, publish, activate, unusable } = catalogOf();
    const dear = Array.from({ length: 20 }, () => 'size(args.text)').join(' + ');
    const rules = Array.from(
      { length: 11 },
      (_, n) =>
        `  - id: rule-${n}\n    match: { tools: ["*"] }\n    condition: ${dear} > 0\n    effect: deny\n`,
    );
    const policy = `policy: calm\nschema: call/1\nrules:\n${rules.join('')}`;
    const refused = parsePolicy(policy);
    expect(refused.ok || new Set(refused.errors.map(({ code }) => code))).toEqual(new Set(['cel_cost']));
    publish(policy);
    activate({});
    const { policies } = await catalog.inForce('acme');
    expect([policies.map(({ id, rules: inForce }) => [id, inForce.length]), unusable]).toEqual([
      [['calm', 11]],
      [],
    ]);
  });

  it('denies nothing while it is in shadow', async () => {
    const { catalog, publish, activate } = catalogOf();
    publish(text('open', 'allow'), 'open');
    activate({}, 'open');
    publish(BROKEN);
    activate({ mode: 'shadow' });
    expect(await verdict(catalog)).toBe('allow');
  });
});

describe('texts', () => {
  it('are read of what is in force alone, and not kept', async () => {
    const { catalog, publish, activate, reads } = catalogOf();
    const long = `${ALLOW}# ${'x'.repeat(10_000)}\n`;
    for (let version = 1; version <= 50; version += 1) publish(long);
    activate({ version: 20 });
    expect(reads).toEqual([]);
    expect(JSON.stringify(catalog.entries('acme')).length).toBeLessThan(10_000);
    expect(await verdict(catalog)).toBe('allow');
    expect(await verdict(catalog)).toBe('allow');
    expect(reads).toEqual(['acme:calm 20']);
    const entry = catalog.entry('acme', 'calm');
    if (!entry) throw new Error('there is no such policy');
    expect((await catalog.read(entry, 7)).published).toMatchObject({ version: 7, text: long });
    await expect(catalog.read(entry, 51)).rejects.toThrow('has no version 51');
  });

  it('that can not be read now are read when they are asked for again', async () => {
    const { told, publish, activate } = catalogOf();
    publish(ALLOW);
    activate();
    let isDown = true;
    const readVersion = readingFrom(told);
    const catalog = createPolicyCatalog(
      async (...place) => {
        if (isDown) throw new Error('the ledger does not answer');
        return readVersion(...place);
      },
      () => {},
    );
    for (const message of told) catalog.apply(message);
    await expect(verdict(catalog)).rejects.toThrow('does not answer');
    isDown = false;
    expect(await verdict(catalog)).toBe('allow');
  });

  it('are those of what was in force when it was asked for', async () => {
    const { catalog, publish, activate } = catalogOf();
    publish(ALLOW);
    publish(DENY);
    activate({ version: 1 });
    const before = verdict(catalog);
    activate({ version: 2 });
    expect([await before, await verdict(catalog)]).toEqual(['allow', 'deny']);
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
    expect(entry?.versions.map(({ version }) => version)).toEqual([1, 2]);
    expect([...(entry?.active.values() ?? [])]).toMatchObject([{ version: 2, mode: 'enforce' }]);
    expect(catalog.entry('acme', 'nothing')).toBeUndefined();
  });

  it('is the same however often a message is delivered', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(), { maxLength: 30 }), async (picks) => {
        const { catalog, told, publish, activate, deactivate } = catalogOf();
        publish(ALLOW);
        publish(DENY);
        activate();
        activate({ version: 2, scope: {} });
        deactivate();
        const again = createPolicyCatalog(readingFrom(told), () => {});
        told.forEach((message, index) => {
          again.apply(message);
          for (const pick of picks) again.apply(told[pick % (index + 1)] as Message);
        });
        expect(again.entries('acme')).toEqual(catalog.entries('acme'));
        expect((await again.inForce('acme')).digest).toBe((await catalog.inForce('acme')).digest);
      }),
      { numRuns: 50 },
    );
  });
});
