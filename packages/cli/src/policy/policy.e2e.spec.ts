import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TemporaryDirectory, temporaryDirectory } from '@countersign/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Installation, json, startInstallation } from '../testing/installation.ts';

const POLICY = `policy: no-secrets
schema: call/1
rules:
  - id: secret
    match: { tools: [read-file] }
    condition: args.path.startsWith("/secret")
    effect: deny
    reason: "'a secret'"
`;
const TESTS = `tests:
  - name: secrets stay closed
    given: { tool: { name: read-file }, args: { path: /secret/a } }
    expect: { outcome: deny, rules: [secret] }
`;

let installation: Installation;
let directory: TemporaryDirectory;
let file: string;
beforeAll(async () => {
  installation = await startInstallation();
});
afterAll(() => installation[Symbol.asyncDispose]());
beforeEach(async () => {
  directory = await temporaryDirectory();
  file = join(directory.path, 'no-secrets.policy.yaml');
  await write(POLICY, TESTS);
  return () => directory[Symbol.asyncDispose]();
});

const testsFile = () => file.replace('.yaml', '.tests.yaml');
const write = (policy: string, tests: string) =>
  Promise.all([writeFile(file, policy), writeFile(testsFile(), tests)]);
const run = (...parameters: Parameters<Installation['run']>) => installation.run(...parameters);
/** Without a server, and without a key. */
const offline = { env: { COUNTERSIGN_URL: 'http://127.0.0.1:1', COUNTERSIGN_KEY: '' } };

const verdict = async (path: string) =>
  (await installation.agent.guard({ tool: 'read-file', arguments: { path }, reason: 'look' }, () => 1))
    .verdict;

describe('policy lint', () => {
  it('says ok, with and without tests', async () => {
    expect(await run(`policy lint ${file}`, offline)).toEqual({
      code: 0,
      stdout: `ok ${file}, ${testsFile()}\n`,
      stderr: '',
    });
    const alone = join(directory.path, 'alone.yaml');
    await writeFile(alone, POLICY);
    expect(json(await run(`policy lint ${alone} --json`, offline))).toEqual({ ok: true, files: [alone] });
  });

  it('names every mistake in both files by line, with its remedy', async () => {
    await write(
      POLICY.replace('effect: deny', 'effect: forbid').replace('args.path', 'arg.path'),
      `${TESTS}surprise: 1\n`,
    );
    const { code, stdout, stderr } = await run(`policy lint ${file}`, offline);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(`${file}:6:`);
    expect(stderr).toContain(`${file}:7:`);
    expect(stderr).toContain(`${testsFile()}:5:`);
    expect(stderr).toContain('3 problems');
  });

  it('wants a file that is there', async () => {
    expect(await run(`policy lint ${file}.gone`, offline)).toMatchObject({ code: 2, stdout: '' });
  });
});

describe('policy test', () => {
  it('runs the tests offline', async () => {
    const { code, stdout } = await run(`policy test ${file}`, offline);
    expect(code).toBe(0);
    expect(stdout).toContain('pass secrets stay closed (deny)\n');
    expect(json(await run(`policy test ${file} ${testsFile()} --json`, offline))).toMatchObject({
      policy: 'no-secrets',
      passed: true,
    });
  });

  it('fails with what was not as expected, and with rules that no test fires', async () => {
    await write(POLICY, TESTS.replace('outcome: deny', 'outcome: allow').replace('/secret/a', '/public'));
    const { code, stderr } = await run(`policy test ${file} --json`, offline);
    expect(code).toBe(2);
    const { error } = JSON.parse(stderr);
    expect(error.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual(
      expect.arrayContaining([file, testsFile()]),
    );
    expect(error.errors[0]).toMatchObject({ line: expect.any(Number), column: expect.any(Number) });
  });
});

describe('a policy’s way into force', () => {
  it('publishes, activates, compares, and deactivates', async () => {
    const published = json(await run(`policy publish ${file} --json`));
    expect(published).toMatchObject({ id: 'no-secrets', version: 1 });
    expect(await verdict('/secret/a')).toBe('executed');

    expect((await run('policy activate no-secrets')).stdout).toBe(
      'no-secrets version 1 in organization:default\n',
    );
    expect(await verdict('/secret/a')).toBe('denied');
    expect(await verdict('/public')).toBe('executed');

    await write(POLICY.replace('"/secret"', '"/secrets"'), TESTS.replace('/secret/a', '/secrets/a'));
    const changed = await run(`policy diff no-secrets 1 ${file}`);
    expect(changed.stdout).toContain('-     condition: args.path.startsWith("/secret")\n');
    expect(changed.stdout).toContain('+     condition: args.path.startsWith("/secrets")\n');
    await run(`policy publish ${file}`);
    expect(json<{ changed: object[] }>(await run('policy diff no-secrets --json')).changed).toHaveLength(2);

    await run('policy activate no-secrets 2 --mode shadow --scope organization:default');
    expect((await run('policy ls')).stdout).toMatch(
      /^no-secrets +2 +version 2 in organization:default \(shadow\)/m,
    );
    expect(await verdict('/secrets/a')).toBe('executed');
    expect((await run('policy deactivate no-secrets')).stdout).toBe('no-secrets is not in force anywhere\n');
  });

  it('is not begun by what is wrong here or there', async () => {
    const before = json<{ items: object[] }>(await run('policy ls --json')).items;
    const original = await readFile(file, 'utf8');
    await writeFile(file, original.replace('no-secrets', 'half-made').replace('effect: deny', ''));
    expect(await run(`policy publish ${file}`)).toMatchObject({ code: 2, stdout: '' });
    await writeFile(file, original);
    expect(await run(`policy publish ${file}`, { as: 'vera' })).toMatchObject({ code: 5, stdout: '' });
    expect(await run('policy activate no-such-policy 1')).toMatchObject({ code: 2, stdout: '' });
    expect(await run('policy activate default 99')).toMatchObject({ code: 2, stdout: '' });
    expect(await run('policy diff default 99')).toMatchObject({ code: 2, stdout: '' });
    expect(json<{ items: object[] }>(await run('policy ls --json')).items).toEqual(before);
  });
});
