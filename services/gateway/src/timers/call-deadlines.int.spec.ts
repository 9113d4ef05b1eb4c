import { describe, expect, it } from 'vitest';
import { announcement, registerBasics } from '../testing/registered.ts';
import { startGateway } from '../testing/running-gateway.ts';

async function started(more: object = {}) {
  const gateway = await startGateway();
  const { agent } = await registerBasics(gateway);
  const { body: call } = await agent('POST', '/v1/tool-calls', announcement(more));
  const shown = async () => (await agent('GET', `/v1/tool-calls/${call.id}`)).body;
  const types = () => gateway.types(`toolcall-${call.id}`);
  return { gateway, agent, call, shown, types };
}

describe('a permit that nobody redeems', () => {
  it('lapses at its time, not before, and once', async () => {
    const { gateway, shown, types } = await started();
    await gateway.pass(59_999);
    expect((await shown()).status).toBe('authorized');
    await gateway.pass(1);
    expect((await shown()).status).toBe('lapsed');
    await gateway.pass(1_000_000);
    expect((await types()).filter((type) => type === 'tool-lapsed.v1')).toHaveLength(1);
    expect((await types()).at(-1)).toBe('tool-lapsed.v1');
  });
});

describe('a redeemed call without an outcome', () => {
  it('is abandoned at its time, counted from the redemption', async () => {
    const { gateway, agent, call, shown } = await started();
    await gateway.pass(30_000);
    const permit = { permit: call.permit.token, arguments: { path: 'a' } };
    await agent('POST', '/v1/permits/redeem', permit);
    await gateway.settled();
    await gateway.pass(899_999);
    expect((await shown()).status).toBe('redeemed');
    await gateway.pass(1);
    expect((await shown()).status).toBe('abandoned');
  });

  it('that has one is left alone', async () => {
    const { gateway, agent, call, types } = await started({ redeem: true });
    await agent('POST', `/v1/tool-calls/${call.id}/outcome`, { permit: call.permit.token, success: true });
    await gateway.settled();
    const before = await types();
    await gateway.pass(10_000_000);
    expect(await types()).toEqual(before);
  });
});

it('what is due of many calls is done in one look', async () => {
  const { gateway, agent } = await started();
  for (let n = 0; n < 20; n += 1) await agent('POST', '/v1/tool-calls', announcement());
  await gateway.pass(60_000);
  const { body } = await agent('GET', '/v1/tool-calls');
  expect(body.items.map(({ status }: { status: string }) => status)).toEqual(
    Array.from({ length: 21 }, () => 'lapsed'),
  );
});
