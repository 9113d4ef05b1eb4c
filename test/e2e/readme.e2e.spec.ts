import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startStandalone, temporaryDirectory } from '@countersign/testing';
import { expect, it } from 'vitest';

/** Where the README's server listens. */
const ADDRESS = 'http://127.0.0.1:7070';

it('the README’s first success is one, command by command', async () => {
  const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');
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
