import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { connect } from '@countersign/sdk';
import { startStandalone, temporaryDirectory } from '@countersign/testing';
import { expect, it } from 'vitest';
import { runExample, startExample } from '../run-example.ts';

/** Ends the consumer after so many lines, and answers all that it wrote. */
async function linesUntil(consumer: ChildProcess, count: number): Promise<readonly string[]> {
  const lines: string[] = [];
  const closed = once(consumer, 'close');
  for await (const line of createInterface({ input: consumer.stdout! })) {
    lines.push(line);
    if (lines.length === count) consumer.kill('SIGTERM');
  }
  expect(await closed).toEqual([0, null]);
  return lines;
}

it('sees every safety event once and in order, also those of the time when it was away', async () => {
  await using directory = await temporaryDirectory();
  await using standalone = await startStandalone();
  const { url, ownerKey } = standalone;
  const owner = connect({ url, key: ownerKey });
  await owner.agents.put('rogue', { owner: 'owner' });
  const denied = (tool: string) =>
    owner.guard({ agentId: 'rogue', tool, arguments: {}, reason: 'to see' }, () => undefined);
  const env = { COUNTERSIGN_URL: url, COUNTERSIGN_KEY: ownerKey };
  const consumer = () => startExample('consumers/safety-events.ts', [join(directory.path, 'position')], env);

  await denied('first');
  await denied('second');
  expect(await linesUntil(consumer(), 2)).toEqual([
    expect.stringMatching(/ agent\.safety\.blocked first for owner: unknown_tool$/),
    expect.stringMatching(/ agent\.safety\.blocked second for owner: unknown_tool$/),
  ]);

  await denied('third');
  const { id } = await owner.killSwitches.engage({ scope: 'agent', target: 'rogue', reason: 'enough' });
  expect(await linesUntil(consumer(), 3)).toEqual([
    expect.stringContaining('third for owner'),
    expect.stringMatching(new RegExp(` killswitch\\.engaged killswitch-${id}$`)),
    expect.stringMatching(new RegExp(` killswitch\\.effective killswitch-${id}$`)),
  ]);
});

it('says how it is called', async () => {
  const wrong = await runExample('consumers/safety-events.ts');
  expect(wrong).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('usage:') });
});
