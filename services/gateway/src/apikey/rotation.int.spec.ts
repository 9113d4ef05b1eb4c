import { beforeEach, describe, expect, it } from 'vitest';
import { callerOf } from '../testing/caller.ts';
import { announcement, registerBasics } from '../testing/registered.ts';
import { type RunningGateway, startGateway } from '../testing/running-gateway.ts';

let gateway: RunningGateway;
beforeEach(async () => {
  gateway = await startGateway();
  await registerBasics(gateway);
});

const makeKey = async (more: object = {}) => {
  const principal = { kind: 'agent', id: 'helper' };
  const { body } = await gateway.owner('POST', '/v1/keys', { principal, name: 'ci', ...more });
  return body as { id: string; key: string };
};
const rotate = (id: string, body: object = {}) => gateway.owner('POST', `/v1/keys/${id}/rotate`, body);
const statusOf = async (key: string) => (await callerOf(gateway.app, key)('GET', '/v1/tool-calls')).status;

describe('a key that is rotated', () => {
  it('O-TG-9: ends at once, and another of the same holder and name is good', async () => {
    const old = await makeKey();
    const { status, body } = await rotate(old.id);
    expect([status, body.principal, body.name]).toEqual([201, { kind: 'agent', id: 'helper' }, 'ci']);
    expect([await statusOf(old.key), await statusOf(body.key)]).toEqual([401, 200]);
    const { items } = (await gateway.owner('GET', '/v1/keys')).body;
    expect(items.find(({ id }: { id: string }) => id === old.id)).toMatchObject({ successor: body.id });
    expect(await gateway.types(`apikey-${old.id}`)).toEqual(['api-key-created.v1', 'api-key-rotated.v1']);
  });

  it('is good beside it as long as it was asked for, and never longer than it would have been', async () => {
    const old = await makeKey();
    await rotate(old.id, { overlap_ms: 60_000 });
    await gateway.pass(59_999);
    expect(await statusOf(old.key)).toBe(200);
    await gateway.pass(1);
    expect(await statusOf(old.key)).toBe(401);

    const expires_at = new Date(gateway.clock.nowMs() + 1_000).toISOString();
    const brief = await makeKey({ expires_at });
    await rotate(brief.id, { overlap_ms: 60_000 });
    await gateway.pass(1_000);
    expect(await statusOf(brief.key)).toBe(401);
  });

  it('is revoked at once all the same', async () => {
    const old = await makeKey();
    await rotate(old.id, { overlap_ms: 60_000 });
    expect((await gateway.owner('DELETE', `/v1/keys/${old.id}`)).status).toBe(204);
    expect(await statusOf(old.key)).toBe(401);
  });

  it('is not rotated again, nor when it is revoked; nothing is made then', async () => {
    const rotated = await makeKey();
    await rotate(rotated.id);
    const revoked = await makeKey();
    await gateway.owner('DELETE', `/v1/keys/${revoked.id}`);
    const before = gateway.store.acceptedPosition;
    for (const { id } of [rotated, revoked])
      expect(await rotate(id)).toMatchObject({ status: 410, body: { code: 'void' } });
    expect(await rotate('01a1fd5a-0e60-7260-a743-00000000000c')).toMatchObject({ status: 404 });
    expect(gateway.store.acceptedPosition).toBe(before);
  });

  it('has its successor shown though another gateway may not know yet that it ends', async () => {
    await gateway.close();
    gateway = await startGateway({
      before: (type) => {
        gateway.others.silent = type === 'api-key-rotated.v1';
      },
    });
    await registerBasics(gateway);
    const old = await makeKey();
    const { status, body } = await rotate(old.id);
    expect(status).toBe(201);
    expect([await statusOf(old.key), await statusOf(body.key)]).toEqual([401, 200]);
  });

  it('keeps its successor where the ledger does not say whether it ended', async () => {
    const old = await makeKey();
    gateway.outage.answersTo = 'api-key-rotated.v1';
    expect(await rotate(old.id)).toMatchObject({ status: 503, body: { code: 'unavailable' } });
    const { items } = (await gateway.owner('GET', '/v1/keys')).body;
    const { successor } = items.find(({ id }: { id: string }) => id === old.id);
    expect(items.find(({ id }: { id: string }) => id === successor)).toMatchObject({ revoked_at: null });
  });

  it('by two at once leaves one key that is good', async () => {
    const old = await makeKey();
    const answers = await Promise.all([rotate(old.id), rotate(old.id)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 410]);
    const { items } = (await gateway.owner('GET', '/v1/keys')).body;
    const good = items.filter(
      (key: {
        principal: { id: string };
        revoked_at: string | null;
        successor: string | null;
        name: string;
      }) => key.name === 'ci' && key.revoked_at === null && key.successor === null,
    );
    expect(good).toHaveLength(1);
  });
});

it('who waits with a key that is revoked meanwhile is told nothing', async () => {
  await gateway.close();
  gateway = await startGateway({ judge: () => 'require_approval' });
  await registerBasics(gateway);
  const { id, key } = await makeKey();
  const agent = callerOf(gateway.app, key);
  const asked = gateway.happens('stand-in:agent.approval.requested');
  const answering = agent('POST', '/v1/tool-calls', announcement({ wait_ms: 30_000 }));
  await asked;
  await gateway.settled();
  const { body } = await gateway.owner('GET', '/v1/tool-calls');
  const call = body.items[0].id;
  const polling = agent('GET', `/v1/tool-calls/${call}?wait_ms=30000`);
  await gateway.owner('DELETE', `/v1/keys/${id}`);
  await gateway.standIns.answers(call, 'granted');
  await gateway.standIns.evaluates(call, { phase: 'release', verdict: 'allow' });
  await gateway.standIns.reserves(call);
  expect(await answering).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
  expect(await polling).toMatchObject({ status: 401 });
});
