import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startStandalone, temporaryDirectory } from '@countersign/testing';
import { expect, it } from 'vitest';

/** Where the server of the page listens. */
const ADDRESS = 'http://127.0.0.1:7070';

it('what the page says of members is commands that work', async () => {
  const page = await readFile(new URL('../../docs/access-control.md', import.meta.url), 'utf8');
  const [, commands = ''] = /<!-- members:begin -->\n\n```sh\n(.*?)```/s.exec(page) ?? [];
  await using directory = await temporaryDirectory();
  await using standalone = await startStandalone({ dataDirectory: join(directory.path, '.countersign') });
  const script = commands.replace(ADDRESS, standalone.url);
  const { stdout } = await promisify(execFile)('sh', ['-ec', script], { cwd: directory.path });
  const [ines, again, group, ended] = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(ines).toMatchObject({ id: 'ines', roles: [{ role: 'operator' }] });
  expect(again.code).toBe('void');
  expect(group.members).toEqual([{ kind: 'user', id: 'ines' }]);
  expect(ended.code).toBe('unauthenticated');
});
