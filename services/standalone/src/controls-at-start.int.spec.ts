import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryDirectory } from '@countersign/testing';
import { expect, it, vi } from 'vitest';
import { install } from './testing/installed.ts';

it('A-ENV-10: the settings are read once, at the start: what they say later waits for the next one', async () => {
  await using directory = await temporaryDirectory();
  const file = join(directory.path, 'plans.json');
  const write = (limit: number) =>
    writeFile(file, JSON.stringify({ team: { counters: { tool_calls: { limit } } } }));
  await write(5);
  const first = await install({
    COUNTERSIGN_ACCESS_PLANS: `@${file}`,
    COUNTERSIGN_ACCESS_DEFAULT_PLAN: 'team',
  });
  await first.installation.start();
  const controls = async (one = first) => {
    const { hash, plans } = (await one.get('/v1/access/controls')).body as {
      hash: string;
      plans: { team: { counters: { tool_calls: { limit: number }[] } } };
    };
    return { hash, limit: plans.team.counters.tool_calls[0]?.limit };
  };
  const before = await controls();
  expect(before.limit).toBe(5);

  await write(6);
  vi.stubEnv('COUNTERSIGN_ACCESS_PLANS', '{"other":{"description":"x"}}');
  expect(await controls()).toEqual(before);
  expect(await first.put('/v1/organizations/default/plan', { plan: 'other' })).not.toBe(200);
  vi.unstubAllEnvs();

  const second = await first.again();
  await second.installation.start();
  const after = await controls(second);
  expect([after.limit, after.hash === before.hash]).toEqual([6, false]);
});
