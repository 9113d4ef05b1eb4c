import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startStandalone, temporaryDirectory } from '@countersign/testing';
import { expect, it } from 'vitest';

const ROOT = new URL('../../', import.meta.url);
const readRepositoryFile = (name: string): Promise<string> => readFile(new URL(name, ROOT), 'utf8');

/** Where the README's server listens. */
const ADDRESS = 'http://127.0.0.1:7070';

it('the README’s first success is one, command by command', async () => {
  const readme = await readRepositoryFile('README.md');
  const [, commands = ''] = /<!-- quickstart:begin -->\n```sh\n(.*?)```/s.exec(readme) ?? [];
  await using directory = await temporaryDirectory();
  await using standalone = await startStandalone({ dataDirectory: join(directory.path, '.countersign') });
  const script = commands.replace(ADDRESS, standalone.url);
  const { stdout } = await promisify(execFile)('sh', ['-ec', script], { cwd: directory.path });
  expect(stdout).not.toContain('urn:countersign:problem');
  expect(stdout).toContain('"verdict":"allow"');
  const events = stdout.slice(stdout.lastIndexOf('{"items"'));
  expect((JSON.parse(events) as { items: { type: string }[] }).items.map(({ type }) => type)).toEqual([
    'agent.tool.requested',
    'agent.tool.evaluated',
    'agent.tool.authorized',
  ]);
});

it('the README’s TypeScript is code that runs, and prints what it says', async () => {
  const readme = await readRepositoryFile('README.md');
  const [, typescript = '', command = '', output = ''] =
    /<!-- typescript:begin -->\n```ts\n(.*?)```\n\n```sh\n(.*?)```\n\n```\n(.*?)```/s.exec(readme) ?? [];
  expect(typescript).toContain('agent.guard(');
  expect(await readRepositoryFile('examples/quickstart/quickstart.ts')).toContain(typescript);
  await using standalone = await startStandalone();
  const { stdout } = await promisify(execFile)('sh', ['-ec', command], {
    cwd: ROOT,
    env: { ...process.env, COUNTERSIGN_URL: standalone.url, COUNTERSIGN_DATA_DIR: standalone.dataDirectory },
  });
  const [promised = '', rest] = output.split('…');
  expect(rest).toBe('\n');
  expect(stdout.slice(0, promised.length)).toBe(promised);
});
