import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { startStandalone, temporaryDirectory } from '@countersign/testing';
import { expect, it } from 'vitest';
import { createClient, listAll } from '../client.ts';
import { crashWhileStarting, startOwnProcess } from '../own-process.ts';

/** From before the first file to after the first answer, in milliseconds. */
const MOMENTS = [300, 600, 800, 1_000, 1_200];

it('a first start that is killed at any moment is made good by the next one', async () => {
  for (const moment of MOMENTS) {
    await using directory = await temporaryDirectory();
    await crashWhileStarting(directory.path, moment);
    await using standalone = await startStandalone({ dataDirectory: directory.path });
    const owner = createClient(standalone.url, standalone.ownerKey);
    const events = await listAll(owner, '/v1/events');
    const types = events.map(({ type }) => type);
    for (const once of ['organization.created', 'user.registered', 'apikey.created', 'plan.published']) {
      expect([moment, once, types.filter((type) => type === once).length]).toEqual([moment, once, 1]);
    }
  }
});

it('a start on a ledger without its owner.key, such as a restored one, does not claim to have one', async () => {
  await using directory = await temporaryDirectory();
  const first = await startStandalone({ dataDirectory: directory.path });
  await first.stop();
  const file = join(directory.path, 'owner.key');
  await rm(file);
  const again = startOwnProcess({ dataDirectory: directory.path });
  expect(await again.address).not.toBeNull();
  again.child.kill('SIGTERM');
  expect(await again.ended).toBe(0);
  expect(again.output()).toContain(`There is no ${file}: the keys that were given out hold\n`);
  expect(await readdir(directory.path)).not.toContain('owner.key');
});
