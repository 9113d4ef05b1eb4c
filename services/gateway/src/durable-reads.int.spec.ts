import { expect, it } from 'vitest';
import { announcement, registerBasics } from './testing/registered.ts';
import { startGateway } from './testing/running-gateway.ts';

/** As long as anything takes that waits for nothing. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 100; turn += 1) await new Promise(setImmediate);
}

/** What is asked while the disk is held. */
it.each([
  ['calls', '/v1/tool-calls'],
  ['an agent', '/v1/agents/late'],
  ['agents', '/v1/agents'],
  ['a user', '/v1/users/late'],
  ['a tool', '/v1/tools/late'],
  ['keys', '/v1/keys'],
  ['kill switches', '/v1/kill-switches'],
])('%s are not shown before they are durable', async (_, path) => {
  const gateway = await startGateway();
  const { agent } = await registerBasics(gateway);
  await gateway.settled();
  gateway.disk.hold();
  const declaration = { description: 'Reads', input_schema: { type: 'object' }, action: 'read' };
  const changes = [
    agent('POST', '/v1/tool-calls', announcement()),
    gateway.owner('PUT', '/v1/agents/late', { owner: 'alice' }),
    gateway.owner('PUT', '/v1/users/late', { roles: [] }),
    gateway.owner('PUT', '/v1/tools/late', declaration),
    gateway.owner('POST', '/v1/keys', { principal: { kind: 'service', id: 'late' } }),
    gateway.owner('POST', '/v1/kill-switches', { scope: 'agent', target: 'late', reason: 'test' }),
  ];
  await turns();
  let answered = false;
  const reading = gateway.owner('GET', path).finally(() => {
    answered = true;
  });
  await turns();
  expect(answered).toBe(false);
  gateway.disk.release();
  expect((await reading).status).toBe(200);
  expect((await Promise.all(changes)).map(({ status }) => status)).toEqual([200, 201, 201, 201, 201, 201]);
});
