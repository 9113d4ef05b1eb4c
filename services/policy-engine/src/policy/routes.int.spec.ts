import { publicEvents } from '@countersign/contracts';
import type { JsonObject } from '@countersign/event-sourcing';
import { describe, expect, it } from 'vitest';
import { type RunningEngine, startEngine } from '../testing/running-engine.ts';
import { CALM, CALM_TESTS } from '../testing/sample-policies.ts';

const body = { policy: CALM, tests: CALM_TESTS };
const OTHER = CALM.replace('ttl: 15m', 'ttl: 16m');

async function withCalm(): Promise<RunningEngine> {
  const engine = await startEngine();
  expect(await engine.request('PUT', '/v1/policies/calm', body)).toMatchObject({ status: 201 });
  return engine;
}
const activate = (engine: RunningEngine, change: JsonObject = {}, as?: string) =>
  engine.request('POST', '/v1/policies/calm/activate', { version: 1, mode: 'enforce', ...change }, as);

describe('PUT /v1/policies/{id}', () => {
  it('publishes a version, and the next one, and says so when it is the newest already', async () => {
    const engine = await startEngine();
    const first = await engine.request('PUT', '/v1/policies/calm', body);
    expect(first).toEqual({
      status: 201,
      body: { id: 'calm', version: 1, digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) },
    });
    expect(await engine.request('PUT', '/v1/policies/calm', body)).toEqual({ ...first, status: 200 });
    const second = await engine.request('PUT', '/v1/policies/calm', { ...body, policy: OTHER });
    expect(second).toMatchObject({ status: 201, body: { version: 2 } });
    expect(second.body.digest).not.toBe(first.body.digest);
  });

  it('A-TOOL-7: names line and column of every error of both files at once, and publishes nothing', async () => {
    const engine = await startEngine();
    const policy = CALM.replace('vars.named', 'vars.nobody').replace('tool.cost_micros > 5', 'tool.cost > 5');
    const tests = CALM_TESTS.replace('outcome: deny', 'outcome: no').replace('given: read', 'given: write');
    const { status, body: refused } = await engine.request('PUT', '/v1/policies/calm', { policy, tests });
    expect({ status, code: refused.code }).toEqual({ status: 422, code: 'policy_invalid' });
    const errors = refused.errors as { pointer: string; line: number; column: number; detail: string }[];
    expect(errors.map(({ pointer, line }) => `${pointer}:${line}`)).toEqual([
      '/policy:8',
      '/policy:13',
      '/tests:5',
    ]);
    for (const { column, detail } of errors) {
      expect(column).toBeGreaterThan(1);
      expect(detail).toContain('; remedy: ');
    }
    expect((await engine.request('GET', '/v1/policies/calm')).status).toBe(404);
  });

  it('refuses tests that fail, and rules that no test fires', async () => {
    const engine = await startEngine();
    const failing = CALM_TESTS.replace('quorum: 2', 'quorum: 3');
    const wrong = await engine.request('PUT', '/v1/policies/calm', { ...body, tests: failing });
    expect(wrong).toMatchObject({ status: 422, body: { errors: [{ pointer: '/tests', line: 7 }] } });
    const untested = CALM_TESTS.slice(0, CALM_TESTS.indexOf('  - name: cost'));
    const unhit = await engine.request('PUT', '/v1/policies/calm', { ...body, tests: untested });
    expect(unhit).toMatchObject({ status: 422, body: { errors: [{ pointer: '/policy', line: 11 }] } });
  });

  it('refuses a text that names itself otherwise, where it does, beside its other errors', async () => {
    const engine = await startEngine();
    const policy = `# Calm\n${CALM.replace('effect: deny', 'effect: refuse')}`;
    const { status, body: refused } = await engine.request('PUT', '/v1/policies/other', { ...body, policy });
    expect(status).toBe(422);
    expect(refused.errors).toMatchObject([
      { pointer: '/policy', line: 2, column: 9, detail: expect.stringContaining('write policy: other') },
      { pointer: '/policy', line: 15, column: 13 },
    ]);
  });

  it.each([
    ['PUT', '/v1/policies/calm'],
    ['POST', '/v1/policies/calm/test'],
  ] as const)('%s %s runs tests beside everything else, turn by turn', async (method, url) => {
    const engine = await startEngine();
    const many = Array.from({ length: 300 }, (_, at) => {
      const expect = 'expect: { outcome: allow, shadow: [costly] }';
      return `  - { name: t${at}, given: read, with: { tool: { cost_micros: 6 } }, ${expect} }\n`;
    });
    let turns = 0;
    let answered = false;
    const count = (): void => {
      turns += 1;
      if (!answered) setImmediate(count);
    };
    count();
    const { status } = await engine.request(method, url, {
      policy: CALM,
      tests: `${CALM_TESTS}${many.join('')}`,
    });
    answered = true;
    expect(status).toBe(method === 'PUT' ? 201 : 200);
    expect(turns).toBeGreaterThan(300);
  });

  it.each([
    ['PUT', '/v1/policies/calm'],
    ['POST', '/v1/policies/calm/test'],
  ] as const)('%s %s refuses tests that would take too long together', async (method, url) => {
    const engine = await startEngine();
    const loop = 'args.l.all(x, x * 2 != 1 && x * 3 != 1 && x * 4 != 1 && x * 5 != 1)';
    const rules = Array.from(
      { length: 40 },
      (_, at) => `  - id: r${at}\n    condition: ${loop}\n    effect: deny\n`,
    );
    const policy = `policy: calm\nschema: call/1\nrules:\n${rules.join('')}`;
    const many = Array.from(
      { length: 100 },
      (_, at) => `  - { name: t${at}, given: f, expect: { outcome: deny } }\n`,
    );
    const list = Array(1_000).fill(1).join();
    const tests = `fixtures: { f: { args: { l: [${list}] } } }\ntests:\n${many.join('')}`;
    const { status, body: refused } = await engine.request(method, url, { policy, tests });
    expect({ status, code: refused.code }).toEqual({ status: 422, code: 'policy_invalid' });
    expect(refused.errors).toMatchObject([
      {
        pointer: '/tests',
        detail: expect.stringMatching(/may take \d+ steps together.*; remedy: write fewer/),
      },
    ]);
  });

  it('is for those who may publish', async () => {
    const engine = await startEngine();
    const { status, body: refused } = await engine.request('PUT', '/v1/policies/calm', body, 'viewer');
    expect({ status, needs: refused.required_permission }).toEqual({
      status: 403,
      needs: 'publish_policies',
    });
  });
});

describe('activate and deactivate', () => {
  it('put a version in force in the organization of the key, and take it out', async () => {
    const engine = await withCalm();
    const scope = { organization: 'acme' };
    const inForce = [{ version: 1, mode: 'enforce', scope, floor: false }];
    const answer = await activate(engine);
    expect(answer).toMatchObject({ status: 200, body: { id: 'calm', active: inForce } });
    expect((await engine.request('GET', '/v1/policies/calm')).body).toMatchObject(answer.body);
    engine.clock.advance(1_000);
    expect(await activate(engine)).toEqual(answer);
    const ended = await engine.request('POST', '/v1/policies/calm/deactivate', {});
    expect(ended).toMatchObject({ status: 200, body: { active: [] } });
    expect((await engine.request('GET', '/v1/policies/calm')).body.active).toEqual([]);
  });

  it('hold where a version says that another instance has published a moment ago', async () => {
    const engine = await withCalm();
    let late: Promise<void> | undefined;
    const other = await engine.another(() => late);
    const heard = Promise.withResolvers<void>();
    late = heard.promise;
    const billing = CALM.replace('schema: call/1', 'schema: call/1\nscope: { project: billing }');
    await engine.request('PUT', '/v1/policies/calm', { ...body, policy: billing });
    const answering = activate(other, { version: 2 });
    for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    heard.resolve();
    expect((await answering).body.active).toMatchObject([{ version: 2, scope: { project: 'billing' } }]);
  });

  it('hold where the version itself says, unless the request says otherwise', async () => {
    const engine = await withCalm();
    const written = (version: number, scope: string) =>
      CALM.replace('schema: call/1', `schema: call/1\nscope: ${scope}\ndescription: Version ${version}`);
    const scopes = [
      '{ project: billing }',
      '{ organization: acme, project: shop }',
      '{ organization: globex }',
    ];
    for (const [index, scope] of scopes.entries()) {
      await engine.request('PUT', '/v1/policies/calm', { ...body, policy: written(index + 2, scope) });
    }
    const { body: shown } = await activate(engine, { version: 2 });
    expect(shown.active).toMatchObject([{ version: 2, scope: { project: 'billing' } }]);
    const { body: both } = await activate(engine, { version: 3 });
    expect(both.active).toMatchObject([
      { version: 2, scope: { project: 'billing' } },
      { version: 3, scope: { organization: 'acme', project: 'shop' } },
    ]);
    const foreign = await activate(engine, { version: 4 });
    expect(foreign).toMatchObject({ status: 400, body: { errors: [{ pointer: '/scope/organization' }] } });
    const given = await activate(engine, { version: 4, scope: { organization: 'acme' } });
    expect(given.body.active).toHaveLength(3);
    await engine.request('PUT', '/v1/policies/calm', { ...body, policy: written(5, '{ project: billing }') });
    const { body: ended } = await engine.request('POST', '/v1/policies/calm/deactivate', {});
    expect(ended.active).toMatchObject([{ version: 3 }, { version: 4 }]);
  });

  it('take one version for each scope', async () => {
    const engine = await withCalm();
    await engine.request('PUT', '/v1/policies/calm', { ...body, policy: OTHER });
    await activate(engine, { floor: true });
    await activate(engine, { version: 2, mode: 'shadow', scope: { project: 'billing' } });
    const { body: shown } = await activate(engine, { version: 2, floor: false });
    expect(shown.active).toEqual([
      { version: 2, mode: 'enforce', scope: { organization: 'acme' }, floor: false },
      { version: 2, mode: 'shadow', scope: { project: 'billing' }, floor: false },
    ]);
  });

  it('know no policy and no version that is not published', async () => {
    const engine = await withCalm();
    expect(await activate(engine, { version: 2 })).toMatchObject({ status: 404 });
    expect(await engine.request('POST', '/v1/policies/other/deactivate', {})).toMatchObject({ status: 404 });
    expect(await activate(engine, {}, 'stranger')).toMatchObject({ status: 404 });
  });

  it.each(['activate', 'deactivate'])('leave the whole installation to its owner: %s', async (what) => {
    const engine = await withCalm();
    const change = { scope: {}, ...(what === 'activate' ? { version: 1, mode: 'enforce' } : {}) };
    const refused = await engine.request('POST', `/v1/policies/calm/${what}`, change);
    expect(refused).toMatchObject({ status: 403, body: { required_permission: 'operate_installation' } });
    expect((await engine.request('POST', `/v1/policies/calm/${what}`, change, 'owner')).status).toBe(200);
  });

  it('refuse the scope of another organization, and change nothing', async () => {
    const engine = await withCalm();
    const scope = { organization: 'globex' };
    for (const as of ['developer', 'owner']) {
      const refused = await activate(engine, { scope }, as);
      expect(refused).toMatchObject({ status: 400, body: { errors: [{ pointer: '/scope/organization' }] } });
    }
    expect((await engine.request('GET', '/v1/policies/calm')).body.active).toEqual([]);
  });

  it('are for those who may publish', async () => {
    const engine = await withCalm();
    expect((await activate(engine, {}, 'viewer')).status).toBe(403);
    expect((await engine.request('POST', '/v1/policies/calm/deactivate', {}, 'viewer')).status).toBe(403);
  });
});

describe('POST /v1/policies/{id}/test', () => {
  it('runs texts that are not published, and says how each test went', async () => {
    const engine = await startEngine();
    const failing = CALM_TESTS.replace('quorum: 2', 'quorum: 3');
    const { status, body: report } = await engine.request('POST', '/v1/policies/calm/test', {
      policy: CALM,
      tests: failing,
    });
    expect(status).toBe(200);
    expect(report).toMatchObject({
      passed: false,
      unhit_rules: [],
      tests: [
        { name: 'reading is allowed', passed: true },
        { name: 'a named path is asked about', passed: false, detail: expect.stringContaining('quorum') },
        { name: 'cost is watched', passed: true },
      ],
    });
  });

  it('takes what is left out from the newest version', async () => {
    const engine = await withCalm();
    const same = await engine.request('POST', '/v1/policies/calm/test', {}, 'viewer');
    expect(same).toMatchObject({ status: 200, body: { passed: true } });
    const changed = { policy: CALM.replace('quorum: 2', 'quorum: 1') };
    expect((await engine.request('POST', '/v1/policies/calm/test', changed)).body.passed).toBe(false);
    expect((await engine.request('POST', '/v1/policies/other/test', changed)).status).toBe(404);
  });

  it('names what does not parse, and changes nothing', async () => {
    const engine = await withCalm();
    const refused = await engine.request('POST', '/v1/policies/calm/test', { policy: 'rules: [' });
    expect(refused).toMatchObject({ status: 422, body: { errors: [{ pointer: '/policy', line: 1 }] } });
    const { body: versions } = await engine.request('GET', '/v1/policies/calm/versions');
    expect(versions.items).toHaveLength(1);
  });
});

describe('reading', () => {
  it('shows the newest text, every version, and nothing of other organizations', async () => {
    const engine = await withCalm();
    await engine.request('PUT', '/v1/policies/calm', { ...body, policy: OTHER });
    const { body: shown } = await engine.request('GET', '/v1/policies/calm', undefined, 'viewer');
    expect(shown).toMatchObject({ version: 2, policy: OTHER, tests: CALM_TESTS });
    const { body: versions } = await engine.request('GET', '/v1/policies/calm/versions?limit=1');
    expect(versions).toMatchObject({ items: [{ version: 1, policy: CALM, author: { id: 'dora' } }] });
    const { body: rest } = await engine.request('GET', `/v1/policies/calm/versions?after=${versions.next}`);
    expect(rest).toMatchObject({ items: [{ version: 2 }], next: null });
    for (const path of ['calm', 'calm/versions']) {
      expect((await engine.request('GET', `/v1/policies/${path}`, undefined, 'stranger')).status).toBe(404);
    }
    const list = await engine.request('GET', '/v1/policies', undefined, 'stranger');
    expect(list.body).toEqual({ items: [], next: null });
  });
});

describe('long versions', () => {
  it('come in short pages, each complete and in order', async () => {
    const engine = await startEngine();
    const long = (version: number, text: string) =>
      `${text}${`# ${version} ${'x'.repeat(90)}\n`.repeat(1_000)}`;
    for (let version = 1; version <= 25; version += 1) {
      const texts = { policy: long(version, CALM), tests: long(version, CALM_TESTS) };
      expect((await engine.request('PUT', '/v1/policies/calm', texts)).status).toBe(201);
    }
    const lengths: number[] = [];
    const versions: number[] = [];
    for (let after = ''; ; ) {
      const { body: page } = await engine.request('GET', `/v1/policies/calm/versions?limit=1000${after}`);
      const items = page.items as unknown as { version: number; policy: string; tests: string }[];
      lengths.push(items.length);
      for (const { version, policy, tests } of items) {
        versions.push(version);
        expect([policy, tests]).toEqual([long(version, CALM), long(version, CALM_TESTS)]);
      }
      if (page.next === null) break;
      after = `&after=${page.next}`;
    }
    expect(versions).toEqual(Array.from({ length: 25 }, (_, index) => index + 1));
    expect(lengths.slice(0, -1).every((length) => length > 1 && length < 15)).toBe(true);
  });
});

describe('what is published', () => {
  it('is what the contract says', async () => {
    const engine = await withCalm();
    await activate(engine);
    await activate(engine, { scope: {}, floor: true }, 'owner');
    await engine.request('POST', '/v1/policies/calm/deactivate', {});
    const messages = await engine.published();
    expect(messages.map(({ type }) => type)).toEqual([
      'policy.published',
      'policy.activated',
      'policy.activated',
      'policy.deactivated',
    ]);
    for (const { type, data, topic } of messages) {
      const definition = publicEvents[type as keyof typeof publicEvents];
      expect(definition.data.safeParse(data).error).toBeUndefined();
      expect(topic).toBe('agent.control');
    }
  });
});
