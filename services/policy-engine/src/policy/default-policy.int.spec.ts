import { finish, parsePolicy, parsePolicyTests, runPolicyTests } from '@countersign/policy';
import { readDefaultPolicy } from '@countersign/policy/default';
import { describe, expect, it } from 'vitest';
import { type RunningEngine, startEngine } from '../testing/running-engine.ts';
import { CALM } from '../testing/sample-policies.ts';
import { createDefaultPolicyReaction } from './default-policy.ts';

/** Types and versions of the events of an organization's default policy. */
async function history(engine: RunningEngine, organization = 'acme') {
  await engine.settled();
  const events = await engine.store.read(`policy-${organization}:default`);
  return events.map(({ type, data }) => `${type} ${data.version}`);
}
const ADOPTED = ['policy-published.v1 1', 'policy-activated.v1 1'];

describe('a new organization', () => {
  it('A-TOOL-7: has the shipped policy in force, as its owner could have published it', async () => {
    const engine = await startEngine();
    await engine.upstream.organization('acme');
    expect(await history(engine)).toEqual(ADOPTED);
    const { status, body } = await engine.request('GET', '/v1/policies/default');
    expect(status).toBe(200);
    expect(body.active).toEqual([
      { version: 1, mode: 'enforce', scope: { organization: 'acme' }, floor: false },
    ]);
    const [policy, tests] = [parsePolicy(String(body.policy)), parsePolicyTests(String(body.tests))];
    if (!policy.ok || !tests.ok) throw new Error('the shipped files do not parse');
    expect(finish(runPolicyTests(policy.policy, tests.tests))).toMatchObject({ passed: true, unhit: [] });
  });

  it('has it once, however often its creation is told, in one append', async () => {
    const engine = await startEngine();
    await engine.upstream.organization('acme');
    await engine.upstream.organization('globex');
    await engine.settled();
    const again = await engine.restart({ redeliver: true });
    expect(await history(again)).toEqual(ADOPTED);
    expect(await history(again, 'globex')).toEqual(ADOPTED);
    const [published, activated] = await again.store.read('policy-acme:default');
    expect(activated?.position).toBe((published?.position ?? 0) + 1);
  });

  it('keeps what its owner has put in its place, when its creation is told again', async () => {
    const engine = await startEngine();
    await engine.upstream.organization('acme');
    await engine.settled();
    const tests = 'fixtures: { any: {} }\ntests: [{ name: one, given: any, expect: { outcome: deny } }]\n';
    const deny =
      'policy: default\nschema: call/1\nrules:\n  - id: no\n    match: { tools: ["*"] }\n    effect: deny\n';
    const withTool = tests.replace('any: {}', 'any: { tool: { name: a } }');
    expect(
      (await engine.request('PUT', '/v1/policies/default', { policy: deny, tests: withTool })).status,
    ).toBe(201);
    await engine.request('POST', '/v1/policies/default/activate', { version: 2, mode: 'enforce' });
    const again = await engine.restart({ redeliver: true });
    expect(await history(again)).toEqual([...ADOPTED, 'policy-published.v1 2', 'policy-activated.v1 2']);
  });

  it('waits for a ledger that can not be written', async () => {
    const { policy, tests } = await readDefaultPolicy();
    const error = { code: 'StoreUnavailable', reason: 'overloaded', detail: 'full' } as const;
    const handle = async () => ({ kind: 'failed' as const, error });
    const react = createDefaultPolicyReaction({ handle, load: () => Promise.reject() }, { policy, tests });
    const engine = await startEngine();
    await engine.upstream.organization('acme');
    const [created] = await engine.published();
    if (!created) throw new Error('nothing was created');
    expect(await react(created)).toMatchObject({ kind: 'again', outage: true });
  });
});

it('refuses to start with a shipped policy that can not be published', () => {
  const policies = { handle: () => Promise.reject(), load: () => Promise.reject() };
  expect(() => createDefaultPolicyReaction(policies, { policy: CALM, tests: 'tests: []' })).toThrow(
    /not publishable/,
  );
});
