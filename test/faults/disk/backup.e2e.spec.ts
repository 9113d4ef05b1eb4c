import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startStandalone, temporaryDirectory } from '@countersign/testing';
import { expect, it } from 'vitest';
import { countersign } from '../cli.ts';
import { type Body, createClient, expectAnswer, keyFor, listAll } from '../client.ts';
import { announcement, registerBasics } from '../registrations.ts';

const CLIENTS = 8;
/** The backup begins when so many calls have been answered. */
const CALLS_BEFORE = 200;

it('a backup under load comes back elsewhere with everything acknowledged before it, keys and permits', async () => {
  await using directory = await temporaryDirectory();
  const at = (name: string) => join(directory.path, name);
  const standalone = await startStandalone({ dataDirectory: at('data') });
  const owner = createClient(standalone.url, standalone.ownerKey);
  await registerBasics(owner);
  const agentKey = await keyFor(owner, 'agent', 'helper');
  const agent = createClient(standalone.url, agentKey);

  const acknowledged: Body[] = [];
  let loaded = true;
  const enough = Promise.withResolvers<void>();
  const client = async (name: number) => {
    for (let call = 0; loaded; call += 1) {
      const body = announcement('read-file', `file-${name}-${call}`);
      acknowledged.push(await expectAnswer(agent('POST', '/v1/tool-calls', { body }), 200));
      if (acknowledged.length >= CALLS_BEFORE) enough.resolve();
    }
  };
  const load = Array.from({ length: CLIENTS }, (_, name) => client(name));
  await enough.promise;
  const before = [...acknowledged];
  const backup = ['backup', at('ledger.backup'), '--data-dir', at('data'), '--keys', at('keys.backup')];
  expect(await countersign(backup)).toMatchObject({ code: 0, stdout: expect.stringContaining('verified') });
  const during = acknowledged.length - before.length;
  loaded = false;
  await Promise.all(load);
  expect(during).toBeGreaterThan(0);
  expect(await standalone.stop()).toBe(0);
  expect(standalone.output()).not.toMatch(/"level":"(error|fatal)"/);

  const restore = ['restore', at('ledger.backup'), '--data-dir', at('elsewhere')];
  const keys = ['--keys', at('keys.backup'), '--master-key', at('data/master.key')];
  expect(await countersign([...restore, ...keys])).toMatchObject({ code: 0 });
  await copyFile(at('data/owner.key'), at('elsewhere/owner.key'));

  await using again = await startStandalone({ dataDirectory: at('elsewhere') });
  expect(again.ownerKey).toBe(standalone.ownerKey);
  const restored = await listAll(
    createClient(again.url, again.ownerKey),
    '/v1/events?types=agent.tool.authorized',
  );
  const calls = new Set(restored.map(({ correlationid }) => correlationid));
  expect(before.filter(({ id }) => !calls.has(id))).toEqual([]);
  // Arguments can be read and permits hold: the keys came along.
  const [first] = before;
  const agentAgain = createClient(again.url, agentKey);
  const call: Body & { arguments?: { path: string } } = await expectAnswer(
    agentAgain('GET', `/v1/tool-calls/${first!.id}`),
    200,
  );
  const redemption = { permit: first!.permit?.token, arguments: call.arguments };
  await expectAnswer(agentAgain('POST', '/v1/permits/redeem', { body: redemption }), 200);
});
