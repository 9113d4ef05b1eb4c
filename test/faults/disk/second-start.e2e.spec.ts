import { startStandalone, temporaryDirectory } from '@countersign/testing';
import { expect, it } from 'vitest';
import { createClient, expectAnswer, keyFor } from '../client.ts';
import { startOwnProcess } from '../own-process.ts';
import { announcement, registerBasics } from '../registrations.ts';

it('a second start on the same data directory is refused, and the first one is unharmed', async () => {
  await using directory = await temporaryDirectory();
  await using standalone = await startStandalone({ dataDirectory: directory.path });
  const owner = createClient(standalone.url, standalone.ownerKey);
  await registerBasics(owner);
  const agent = createClient(standalone.url, await keyFor(owner, 'agent', 'helper'));
  const call = () =>
    expectAnswer(
      agent('POST', '/v1/tool-calls', { body: announcement('read-file', 'a', { redeem: true }) }),
      200,
    );
  await call();

  const second = startOwnProcess({ dataDirectory: directory.path });
  expect(await second.address).toBeNull();
  expect(await second.ended).toBe(2);
  expect(second.output()).toContain(`Countersign can not start: ${directory.path}`);
  expect(second.output()).toContain(String(standalone.pid));
  expect(second.output()).toMatch(/remedy: stop the other process, or give this one its own data directory/);
  expect(second.output()).not.toContain('    at ');

  await call();
  expect(await standalone.stop()).toBe(0);
});

it('a start on a port that is taken is refused in words', async () => {
  await using standalone = await startStandalone();
  await using directory = await temporaryDirectory();
  const env = { COUNTERSIGN_HTTP_PORT: new URL(standalone.url).port };
  const second = startOwnProcess({ dataDirectory: directory.path, env });
  expect(await second.address).toBeNull();
  expect(await second.ended).toBe(2);
  expect(second.output()).toMatch(
    /^Countersign can not start: .*EADDRINUSE.*; remedy: .*COUNTERSIGN_HTTP_PORT/,
  );
});
