import { expect, it } from 'vitest';
import { announcement, registerBasics } from '../testing/registered.ts';
import { startGateway } from '../testing/running-gateway.ts';

const KEY = { 'idempotency-key': 'closing-1' };

it('who waits for people is told that they are asked when the server closes', async () => {
  const gateway = await startGateway({ judge: () => 'require_approval' });
  const { agent } = await registerBasics(gateway);
  const asked = gateway.happens('stand-in:agent.approval.requested');
  const answering = agent('POST', '/v1/tool-calls', announcement({ wait_ms: 30_000 }), KEY);
  await asked;
  const closed = gateway.app.close();
  expect(await answering).toMatchObject({
    status: 202,
    headers: { connection: 'close' },
    body: { status: 'awaiting_approval', approval: { state: 'waiting' } },
  });
  await closed;
});

it.each([0, 30_000])(
  'who waits %d ms for people, and has no verdict yet, is told to come again',
  async (wait_ms) => {
    const gateway = await startGateway({ judge: () => null });
    const { agent } = await registerBasics(gateway);
    const announced = gateway.happens('tool-requested.v2');
    const answering = agent('POST', '/v1/tool-calls', announcement({ wait_ms }), KEY);
    await announced;
    const closed = gateway.app.close();
    expect(await answering).toMatchObject({
      status: 503,
      headers: { 'retry-after': '1' },
      body: { code: 'unavailable' },
    });
    await closed;
  },
);

it('a verdict that comes while the server closes is still answered', async () => {
  const gateway = await startGateway({ judge: () => null });
  const { agent } = await registerBasics(gateway);
  const announced = gateway.happens('tool-requested.v2');
  const answering = agent('POST', '/v1/tool-calls', announcement(), KEY);
  await announced;
  const [calls] = (await gateway.owner('GET', '/v1/tool-calls')).body.items;
  const closed = gateway.app.close();
  await gateway.standIns.judges(calls.id, 'allow');
  expect(await answering).toMatchObject({ status: 200, body: { status: 'authorized' } });
  await closed;
});
