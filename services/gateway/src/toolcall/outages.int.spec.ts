import { describe, expect, it } from 'vitest';
import { announcement, registerBasics } from '../testing/registered.ts';
import { startGateway } from '../testing/running-gateway.ts';

const KEY = { 'idempotency-key': 'outage-1' };

describe('without the key vault', () => {
  it('nothing is sealed, so nothing is recorded and the call is refused', async () => {
    const gateway = await startGateway();
    const { agent } = await registerBasics(gateway);
    const { acceptedPosition } = gateway.store;
    gateway.outage.vault = true;
    expect(await agent('POST', '/v1/tool-calls', announcement(), KEY)).toMatchObject({
      status: 503,
      headers: { 'retry-after': '1' },
      body: { code: 'unavailable' },
    });
    expect(gateway.store.acceptedPosition).toBe(acceptedPosition);
  });

  it('the refusal leaves the idempotency key free', async () => {
    const gateway = await startGateway();
    const { agent } = await registerBasics(gateway);
    gateway.outage.vault = true;
    await agent('POST', '/v1/tool-calls', announcement(), KEY);
    gateway.outage.vault = false;
    expect(await agent('POST', '/v1/tool-calls', announcement(), KEY)).toMatchObject({
      status: 200,
      body: { status: 'authorized', replayed: false },
    });
  });

  it('what needs the words of a call answers unavailable and changes nothing', async () => {
    const gateway = await startGateway();
    const { agent, olga } = await registerBasics(gateway);
    const { body: call } = await agent('POST', '/v1/tool-calls', announcement(), KEY);
    const permit = { permit: call.permit.token, arguments: { path: 'a' } };
    const { acceptedPosition } = gateway.store;
    gateway.outage.vault = true;
    const answers = [
      await agent('GET', `/v1/tool-calls/${call.id}`),
      await agent('GET', '/v1/tool-calls'),
      await agent('GET', `/v1/tool-calls/${call.id}/timeline`),
      await agent('POST', '/v1/tool-calls', announcement(), KEY),
      await agent('POST', '/v1/permits/redeem', permit),
      await agent('POST', `/v1/tool-calls/${call.id}/outcome`, {
        permit: call.permit.token,
        success: true,
        result: 'x',
      }),
      await olga('POST', '/v1/kill-switches', { scope: 'agent', target: 'helper', reason: 'stop' }),
    ];
    expect(answers.map(({ status, body }) => [status, body.code])).toEqual(
      answers.map(() => [503, 'unavailable']),
    );
    expect(gateway.store.acceptedPosition).toBe(acceptedPosition);
  });
});

describe('with a disk that does not keep up', () => {
  it('calls are refused as overloaded, with the time to come back', async () => {
    const gateway = await startGateway({ maxBacklogEvents: 5 });
    const { agent } = await registerBasics(gateway);
    await gateway.settled();
    gateway.disk.hold();
    const waiting = agent('POST', '/v1/tool-calls', announcement());
    await gateway.happens('tool-authorized.v1');
    const { acceptedPosition } = gateway.store;
    const refused = await agent('POST', '/v1/tool-calls', announcement(), KEY);
    expect(refused).toMatchObject({
      status: 503,
      headers: { 'retry-after': '1' },
      body: { code: 'overloaded' },
    });
    expect(gateway.store.acceptedPosition).toBe(acceptedPosition);
    gateway.disk.release();
    expect((await waiting).status).toBe(200);
    expect(await agent('POST', '/v1/tool-calls', announcement(), KEY)).toMatchObject({
      status: 200,
      body: { replayed: false },
    });
  });

  it('no answer leaves before what it says is durable', async () => {
    const gateway = await startGateway();
    const { agent } = await registerBasics(gateway);
    await gateway.settled();
    gateway.disk.hold();
    let answered = false;
    const answering = agent('POST', '/v1/tool-calls', announcement()).finally(() => {
      answered = true;
    });
    await gateway.happens('tool-authorized.v1');
    await gateway.settled();
    expect(answered).toBe(false);
    gateway.disk.release();
    const { body } = await answering;
    expect(Number(body.position)).toBeLessThanOrEqual(gateway.store.durablePosition);
  });
});
