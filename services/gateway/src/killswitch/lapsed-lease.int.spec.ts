import { describe, expect, it } from 'vitest';
import { announcement, registerBasics } from '../testing/registered.ts';
import { startGateway } from '../testing/running-gateway.ts';
import { LEASE_MS } from './lease.ts';

const UNAVAILABLE = { status: 503, headers: { 'retry-after': '1' }, body: { code: 'unavailable' } };

async function withPermit() {
  const gateway = await startGateway();
  const { agent, olga } = await registerBasics(gateway);
  const { body: call } = await agent('POST', '/v1/tool-calls', announcement());
  const permit = { permit: call.permit.token, arguments: { path: 'a' } };
  return { gateway, agent, olga, call, permit };
}

describe('a gateway whose lease has lapsed', () => {
  it('admits nothing, and records nothing', async () => {
    const { gateway, agent } = await withPermit();
    const { acceptedPosition } = gateway.store;
    gateway.clock.advance(LEASE_MS);
    expect(await agent('POST', '/v1/tool-calls', announcement())).toMatchObject(UNAVAILABLE);
    expect(gateway.store.acceptedPosition).toBe(acceptedPosition);
  });

  it('takes no permit', async () => {
    const { gateway, agent, permit } = await withPermit();
    gateway.clock.advance(LEASE_MS);
    expect(await agent('POST', '/v1/permits/verify', permit)).toMatchObject(UNAVAILABLE);
    expect(await agent('POST', '/v1/permits/redeem', permit)).toMatchObject(UNAVAILABLE);
    await gateway.pass(0);
    expect(await agent('POST', '/v1/permits/redeem', permit)).toMatchObject({ status: 200 });
  });

  it('records outcomes all the same: what ran has run', async () => {
    const { gateway, agent, call } = await withPermit();
    gateway.clock.advance(LEASE_MS);
    const outcome = { permit: call.permit.token, success: true };
    await agent('POST', `/v1/tool-calls/${call.id}/outcome`, outcome);
    expect(await gateway.types(`toolcall-${call.id}`)).toContain('tool-called.v1');
  });

  it('does not hold a switch up, nor the switch it', async () => {
    const { gateway, olga } = await withPermit();
    gateway.clock.advance(LEASE_MS);
    const body = { scope: 'agent', target: 'helper', reason: 'stop' };
    expect(await olga('POST', '/v1/kill-switches', body)).toMatchObject({
      status: 201,
      body: { state: 'effective' },
    });
  });
});
