import { describe, expect, it } from 'vitest';
import { type RunningEngine, startAcme } from '../testing/running-engine.ts';

const DELETE_FILE = { action: 'delete', destructive: true };
const operator = { roles: [{ scope: { organization: 'acme' }, role: 'operator' }] };

/** An organization with a destructive tool, and two people who may approve it. */
async function startWithApprovers(): Promise<RunningEngine> {
  const engine = await startAcme();
  await engine.upstream.tool('delete-file', DELETE_FILE);
  await engine.upstream.user('olga', operator);
  await engine.upstream.user('carol', operator);
  return engine;
}

const announce = (engine: RunningEngine, call: number) =>
  engine.upstream.announced(call, { tool: 'delete-file', definition: DELETE_FILE });

/** The phases of a call's evaluations with their verdicts, and the codes of the last one's reasons. */
async function judged(engine: RunningEngine, call: number) {
  const evaluations = await engine.evaluations(call);
  return {
    phases: evaluations.map(({ data }) => `${data.phase}: ${data.verdict}`),
    codes: evaluations.at(-1)?.data.reasons.map(({ code }) => code) ?? [],
  };
}

describe('a granted call', () => {
  it('is judged once more, and let go when those who approved are enough', async () => {
    const engine = await startWithApprovers();
    await announce(engine, 1);
    await engine.settled();
    await engine.upstream.granted(1, 'olga');
    const { phases } = await judged(engine, 1);
    expect(phases).toEqual(['request: require_approval', 'release: allow']);
    const [, release] = await engine.evaluations(1);
    expect(release?.sequence).toBe(2);
  });

  it('is let go when nobody need be asked any more', async () => {
    const engine = await startWithApprovers();
    await announce(engine, 1);
    await engine.settled();
    expect((await engine.request('POST', '/v1/policies/default/deactivate', {})).status).toBe(200);
    await engine.request('PUT', '/v1/policies/open', { policy: OPEN, tests: OPEN_TESTS });
    await engine.request('POST', '/v1/policies/open/activate', { version: 1, mode: 'enforce' });
    await engine.upstream.granted(1);
    expect((await judged(engine, 1)).phases).toEqual(['request: require_approval', 'release: allow']);
  });

  it('A-TOOL-8: is stopped by a policy that has come to deny it, whatever was granted', async () => {
    const engine = await startWithApprovers();
    await announce(engine, 1);
    await engine.settled();
    await engine.request('PUT', '/v1/policies/shut', {
      policy: OPEN.replace('policy: open', 'policy: shut').replace('effect: allow', 'effect: deny'),
      tests: OPEN_TESTS.replace('outcome: allow', 'outcome: deny'),
    });
    const activated = await engine.request('POST', '/v1/policies/shut/activate', {
      version: 1,
      mode: 'enforce',
    });
    expect(activated.status).toBe(200);
    await engine.upstream.granted(1, 'olga');
    const { phases, codes } = await judged(engine, 1);
    expect(phases).toEqual(['request: require_approval', 'release: deny']);
    expect(codes).toContain('policy_denied');
  });

  it.each<[string, readonly string[]]>([
    ['somebody without the role approved', ['alice']],
    ['nobody is known to have approved', []],
    ['an unknown person approved', ['mallory']],
  ])('is void when %s', async (_, approvers) => {
    const engine = await startWithApprovers();
    await announce(engine, 1);
    await engine.settled();
    await engine.upstream.granted(1, ...approvers);
    const { phases, codes } = await judged(engine, 1);
    expect(phases).toEqual(['request: require_approval', 'release: deny']);
    expect(codes[0]).toBe('approval_void');
  });

  it('is void when who approved has lost the role meanwhile', async () => {
    const engine = await startWithApprovers();
    await announce(engine, 1);
    await engine.settled();
    await engine.upstream.changedUser('olga', { roles: [] });
    await engine.upstream.granted(1, 'olga');
    expect((await judged(engine, 1)).codes[0]).toBe('approval_void');
  });

  it('A-TOOL-8: is stopped by a kill switch, a changed tool and a disabled agent, all told', async () => {
    const engine = await startWithApprovers();
    await announce(engine, 1);
    await engine.settled();
    await engine.upstream.kill('tool', 'delete-file');
    await engine.upstream.tool('delete-file', { ...DELETE_FILE, sensitivity: 'high' });
    await engine.upstream.disableAgent('helper');
    await engine.upstream.granted(1, 'olga');
    const { phases, codes } = await judged(engine, 1);
    expect(phases).toEqual(['request: require_approval', 'release: deny']);
    expect(codes.slice(0, 3)).toEqual(['killed', 'agent_disabled', 'tool_changed']);
  });

  it('is stopped by a plan that lost what the tool requires, whichever way', async () => {
    const definition = { ...DELETE_FILE, required_flags: ['sso'] };
    for (const change of ['moved', 'published'] as const) {
      const engine = await startWithApprovers();
      await engine.upstream.tool('delete-file', definition);
      await engine.upstream.plan('with', { flags: { sso: true } });
      await engine.upstream.plan('without', { flags: { sso: false } });
      await engine.upstream.movedTo('with');
      await engine.upstream.announced(1, { tool: 'delete-file', definition });
      await engine.settled();
      if (change === 'moved') await engine.upstream.movedTo('without');
      else await engine.upstream.plan('with', { description: 'nothing' });
      await engine.upstream.granted(1, 'olga');
      const { phases, codes } = await judged(engine, 1);
      expect(phases).toEqual(['request: require_approval', 'release: deny']);
      expect(codes[0]).toBe('flag_off');
    }
  });

  it('is judged once at release, however often the grant is told', async () => {
    const engine = await startWithApprovers();
    await announce(engine, 1);
    await engine.upstream.granted(1, 'olga');
    await engine.settled();
    const again = await engine.restart({ redeliver: true });
    expect((await judged(again, 1)).phases).toEqual(['request: require_approval', 'release: allow']);
  });
});

const OPEN = `policy: open
schema: call/1
rules:
  - id: everything
    match: { tools: ["*"] }
    effect: allow
`;
const OPEN_TESTS = `fixtures: { any: { tool: { name: read-file } } }
tests:
  - name: everything is allowed
    given: any
    expect: { outcome: allow, rules: [everything] }
`;
