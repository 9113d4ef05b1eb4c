import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { pythonWith, startStandalone, temporaryDirectory } from '@countersign/testing';
import { expect, it } from 'vitest';
import { startInstallation } from './installation.ts';

const documentOf = (name: string): Promise<string> =>
  readFile(new URL(`../../docs/${name}`, import.meta.url), 'utf8');

/** Where the server of the page listens. */
const ADDRESS = 'http://127.0.0.1:7070';

it('the page on access lists is commands that work', async () => {
  const page = await documentOf('access-control.md');
  const [, commands = ''] = /<!-- access-lists:begin -->\n\n```sh\n(.*?)```/s.exec(page) ?? [];
  await using directory = await temporaryDirectory();
  await using standalone = await startStandalone({ dataDirectory: join(directory.path, '.countersign') });
  const script = commands.replace(ADDRESS, standalone.url);
  const { stdout } = await promisify(execFile)('sh', ['-ec', script], { cwd: directory.path });
  const [planner, researcher, hidden, entry, shown, refused] = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect([planner.id, researcher.id]).toEqual(['planner', 'researcher']);
  expect(hidden.error).toBe('not_found');
  expect(entry).toMatchObject({
    principal_id: 'researcher',
    permission: 'write',
    delegate: { max_depth: 1 },
  });
  expect(shown.title).toBe('Market report');
  expect(refused).toMatchObject({ required_permission: 'admin', current_permission: 'write' });
});

const python = await pythonWith('openintent==0.17.0');

it('the page for OpenIntent’s users is Python that works, and prints what it says', async () => {
  if ('missing' in python) return expect(process.env.REQUIRE_ALL, python.missing).toBeUndefined();
  const page = await documentOf('migrating-from-openintent.md');
  const [, program = '', printed = ''] =
    /<!-- client:begin -->\n\n```python\n(.*?)```.*?\n```\n(.*?)```/s.exec(page) ?? [];
  const { process: standalone, owner } = await startInstallation();
  const keys: string[] = [];
  for (const id of ['planner', 'researcher']) {
    await owner('PUT', `/v1/agents/${id}`, { owner: 'owner' });
    keys.push((await owner('POST', '/v1/keys', { principal: { kind: 'agent', id } })).body.key);
  }
  await using directory = await temporaryDirectory();
  const file = join(directory.path, 'page.py');
  const given = 'import sys\n\nurl, planner_key, researcher_key = sys.argv[1:]\n';
  await writeFile(file, given + program);
  expect(await python.run(file, standalone.url, ...keys)).toBe(printed);
});
