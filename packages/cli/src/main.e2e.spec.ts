import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type StandaloneProcess, startStandalone, temporaryDirectory } from '@countersign/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runProcess, startProcess } from './testing/cli-process.ts';

/** Reserved, and never listened on. */
const NOBODY = 'http://127.0.0.1:1';

describe('the command as a process', () => {
  let standalone: StandaloneProcess;
  beforeAll(async () => {
    standalone = await startStandalone();
  });
  afterAll(() => standalone[Symbol.asyncDispose]());
  const known = () => ({ COUNTERSIGN_URL: standalone.url, COUNTERSIGN_KEY: standalone.ownerKey });

  it('is on the path of whoever works here', async () => {
    const command = fileURLToPath(new URL('../../../node_modules/.bin/countersign', import.meta.url));
    const { stdout } = await promisify(execFile)(command, ['--version']);
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it('finds the owner’s key in the data directory', async () => {
    const env = { COUNTERSIGN_URL: standalone.url, COUNTERSIGN_DATA_DIR: standalone.dataDirectory };
    expect(await runProcess(['users', 'ls', '--json'], env)).toMatchObject({ code: 0, stderr: '' });
  });

  it('sends it to this machine only', async () => {
    const env = { COUNTERSIGN_DATA_DIR: standalone.dataDirectory };
    const asked = await runProcess(['users', 'ls', '--url', 'https://elsewhere.invalid'], env);
    expect(asked).toMatchObject({ code: 3, stdout: '' });
    expect(asked.stderr).toContain('no key for https://elsewhere.invalid');
  });

  it('takes address and key from options, over the variables', async () => {
    await using directory = await temporaryDirectory();
    const file = join(directory.path, 'key');
    await writeFile(file, `${standalone.ownerKey}\n`);
    const wrong = { COUNTERSIGN_URL: NOBODY, COUNTERSIGN_KEY: 'cs_wrong' };
    const words = ['users', 'ls', '--url', standalone.url, '--key-file', file];
    expect(await runProcess(words, wrong)).toMatchObject({ code: 0 });
    const named = { COUNTERSIGN_URL: standalone.url, COUNTERSIGN_KEY_FILE: file };
    expect(await runProcess(['--json', 'users', 'ls'], named)).toMatchObject({ code: 0 });
  });

  it('colours for terminals and by force only', async () => {
    const sequence = '\u001b[';
    expect((await runProcess(['users', 'ls'], known())).stdout).not.toContain(sequence);
    expect((await runProcess(['users', 'ls'], { ...known(), FORCE_COLOR: '1' })).stdout).toContain(sequence);
    const both = { ...known(), FORCE_COLOR: '1', NO_COLOR: '1' };
    expect((await runProcess(['users', 'ls'], both)).stdout).not.toContain(sequence);
  });

  it('ends quietly when its reader has seen enough', async () => {
    const child = startProcess(['events', 'tail', '--after', '0'], known());
    let stderr = '';
    child.stderr!.on('data', (text) => {
      stderr += text;
    });
    const closed = once(child, 'close');
    await once(child.stdout!, 'data');
    child.stdout!.destroy();
    await once(child.stdout!, 'close');
    // Something to say, which finds nobody listening.
    await fetch(`${standalone.url}/v1/users/somebody`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${standalone.ownerKey}`, 'content-type': 'application/json' },
      body: '{"roles": []}',
    });
    const [code] = await closed;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  it('ends a tail in order when it is interrupted', async () => {
    const child = startProcess(['events', 'tail', '--after', '0'], known());
    child.stdout!.once('data', () => child.kill('SIGINT'));
    expect(await once(child, 'close')).toEqual([0, null]);
  });
});

describe('exit codes', () => {
  it.each([
    ['0', ['--help']],
    ['0', ['--version']],
    ['0', ['calls', 'ls', '--help']],
    ['0', ['help']],
    ['0', ['calls', 'help']],
    ['2', []],
    ['2', ['calls']],
    ['2', ['dance']],
    ['2', ['calls', 'get']],
    ['2', ['calls', 'ls', '--limit', 'many']],
    ['2', ['calls', 'ls', '--fast']],
    ['2', ['calls', 'ls', '--url', 'not an address', '--key', 'cs_x']],
    ['2', ['calls', 'ls', '--url', 'nonsense']],
    ['3', ['calls', 'ls', '--url', 'https://elsewhere.example']],
    ['3', ['calls', 'ls', '--key-file', '/no/such/file']],
    ['4', ['calls', 'ls', '--url', NOBODY, '--key', 'cs_x']],
    ['4', ['events', 'tail', '--url', NOBODY, '--key', 'cs_x']],
  ])('%s for %j', async (code, words) => {
    expect(String((await runProcess(words)).code)).toBe(code);
  });

  it('come with data on stdout only if there is any, and words on stderr', async () => {
    const failed = await runProcess(['calls', 'ls', '--url', NOBODY, '--key', 'cs_secret']);
    expect(failed.stdout).toBe('');
    expect(failed.stderr).toMatch(
      /^error: no answer from Countersign.*\(no_answer\)\nremedy: .*countersign start/,
    );
    expect(failed.stderr).not.toContain('cs_secret');
    const asked = await runProcess(['calls', '--help']);
    expect(asked.stderr).toBe('');
    expect(asked.stdout).toContain('timeline');
  });

  it('come with one line of JSON on demand', async () => {
    const usage = await runProcess(['calls', 'ls', '--limit', 'many', '--json']);
    expect(usage.stderr.trim().split('\n')).toHaveLength(1);
    expect(JSON.parse(usage.stderr)).toEqual({
      error: {
        code: 'usage',
        detail: expect.stringContaining("'--limit <n>'"),
        errors: [],
        remedy: expect.any(String),
        exit_code: 2,
      },
    });
  });
});

describe('start', () => {
  it('runs an installation until it is told to end, and keeps what names a client from it', async () => {
    await using directory = await temporaryDirectory();
    const data = join(directory.path, 'data');
    const client = { COUNTERSIGN_URL: NOBODY, COUNTERSIGN_KEY: 'cs_x' };
    const env = { ...client, COUNTERSIGN_LOG_LEVEL: 'warn', COUNTERSIGN_GRPC_PORT: '0' };
    const child = startProcess(['start', '--data-dir', data, '--port', '0'], env);
    const said = await once(child.stdout!.setEncoding('utf8'), 'data');
    const [, url] = /listens on (\S+)/.exec(String(said)) ?? [];
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    child.kill('SIGTERM');
    expect(await once(child, 'close')).toEqual([0, null]);
    await expect(fetch(`${url}/readyz`)).rejects.toThrow('fetch failed');
  });

  it('passes on why an installation does not start', async () => {
    await using directory = await temporaryDirectory();
    const env = { COUNTERSIGN_DECISION_TIMEOUT_MS: 'soon' };
    const refused = await runProcess(['start', '--data-dir', directory.path, '--port', '0'], env);
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toContain('COUNTERSIGN_DECISION_TIMEOUT_MS');
  });

  it('needs nothing from where it is called', async () => {
    await using directory = await temporaryDirectory();
    await mkdir(join(directory.path, '.countersign'));
    await writeFile(join(directory.path, '.countersign', 'owner.key'), 'cs_of_this_place\n');
    const asked = await runProcess(['calls', 'ls', '--url', NOBODY], {}, directory.path);
    expect(asked.code).toBe(4);
  });
});

describe('bench', () => {
  it('passes its words on, and the exit code back', async () => {
    const refused = await runProcess(['bench', '--only', 'nothing']);
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toContain('there is no part nothing');
  });
});
