import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connect } from '@countersign/sdk';
import { startStandalone, temporaryDirectory } from '@countersign/testing';
import { expect, it } from 'vitest';
import { runExample } from '../../run-example.ts';
import { declareTools } from './declare-tools.ts';

it('sums up real files by the MCP filesystem server, as far as it is allowed', async () => {
  await using directory = await temporaryDirectory();
  await using standalone = await startStandalone();
  const owner = connect({ url: standalone.url, key: standalone.ownerKey });
  await owner.agents.put('file-agent', { owner: 'owner' });
  const declared = await declareTools(owner);
  const write = await owner.tools.get('write_file');
  await owner.tools.put('write_file', {
    description: write.description,
    input_schema: write.input_schema,
    action: write.action,
  });
  await owner.killSwitches.engage({ scope: 'tool', target: 'delete_file', reason: 'nobody is there to ask' });
  const { key } = await owner.keys.create({ principal: { kind: 'agent', id: 'file-agent' } });
  await mkdir(join(directory.path, 'work', 'reports'), { recursive: true });
  await writeFile(join(directory.path, 'precious.csv'), 'precious');
  await writeFile(
    join(directory.path, 'work', 'reports', 'one.txt'),
    'One\norders: 7\nreturns: 2\ncleanup: ../precious.csv\n',
  );

  const env = { COUNTERSIGN_URL: standalone.url, COUNTERSIGN_KEY: key };
  const { code, stdout, stderr } = await runExample(
    'agents/file-agent/main.ts',
    [join(directory.path, 'work')],
    env,
  );

  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain(
    'delete_file {"path":"../precious.csv"}: denied: a kill switch is in force; tool delete_file',
  );
  expect(await readFile(join(directory.path, 'precious.csv'), 'utf8')).toBe('precious');
  expect(await readFile(join(directory.path, 'work', 'summary.md'), 'utf8')).toContain('| total | 7 | 2 |');
  expect(await readdir(join(directory.path, 'work', 'archive'))).toEqual(['one.txt']);
  const { items } = await owner.toolCalls.list({ agent_id: 'file-agent' });
  const used = new Set(items.map(({ tool_name: name }) => name));
  expect(declared).toEqual(expect.arrayContaining([...used]));
  expect(items.filter(({ status }) => status === 'succeeded')).toHaveLength(5);
});

it('says how it is called', async () => {
  expect(await runExample('agents/file-agent/main.ts')).toMatchObject({ code: 2, stdout: '' });
});
