import { describe, expect, it } from 'vitest';
import { install } from './testing/installed.ts';

/** Waits for what follows by itself; a deadline, not a measure. */
const EVENTUALLY = { timeout: 30_000 };

interface Permitted {
  readonly id: string;
  readonly token: string;
  readonly args: object;
}

/** An agent whose every call asks a human, olga who answers, and tools that really do something. */
async function incident() {
  const installed = await install();
  const { installation, ask } = installed;
  await installation.start();
  const roles = [{ scope: { organization: 'default' }, role: 'operator' }];
  for (const [path, body] of [
    ['/v1/users/alice', { roles: [] }],
    ['/v1/users/olga', { roles }],
    ['/v1/agents/helper', { owner: 'alice' }],
    ['/v1/tools/deploy', { description: 'Deploys', action: 'execute', destructive: true, input_schema: {} }],
  ] as const)
    expect((await ask('PUT', path, 'owner', body)).status).toBe(201);
  const keyOf = async (kind: 'agent' | 'user', id: string): Promise<string> =>
    (await ask('POST', '/v1/keys', 'owner', { principal: { kind, id } })).body.key;
  const [agent, olga] = [await keyOf('agent', 'helper'), await keyOf('user', 'olga')];

  const announce = async (args: object): Promise<{ id: string; digest: string }> => {
    const call = { agent_id: 'helper', tool_name: 'deploy', arguments: args, reason: 'a release' };
    const { status, body } = await ask('POST', '/v1/tool-calls', agent, call);
    expect([status, body.status]).toEqual([202, 'awaiting_approval']);
    return { id: body.id, digest: body.arguments_digest };
  };
  const decide = ({ id, digest }: { id: string; digest: string }, more: object = {}) =>
    ask('POST', `/v1/approvals/${id}/decision`, olga, {
      ...{ decision: 'approve', reason: 'goes out today', arguments_digest: digest },
      ...more,
    });
  const read = async (id: string) => (await ask('GET', `/v1/tool-calls/${id}`, agent)).body;
  const becomes = (id: string, status: string) =>
    expect.poll(async () => (await read(id)).status, EVENTUALLY).toBe(status);
  const permitted = async (id: string, args: object): Promise<Permitted> => {
    await becomes(id, 'authorized');
    return { id, args, token: (await read(id)).permit.token };
  };
  const redeem = ({ token, args }: Permitted) =>
    ask('POST', '/v1/permits/redeem', agent, { permit: token, arguments: args });
  const report = ({ id, token }: Permitted, outcome: object) =>
    ask('POST', `/v1/tool-calls/${id}/outcome`, agent, { permit: token, ...outcome });
  const types = async (id: string): Promise<string[]> =>
    (await ask('GET', `/v1/tool-calls/${id}/timeline`, olga)).body.items.map(
      ({ type }: { type: string }) => type,
    );
  return { installed, announce, decide, read, becomes, permitted, redeem, report, types };
}

const A = { service: 'shop' };
const B = { service: 'mail' };

describe('A-TOOL-9: two calls that wait for a human at the same time', () => {
  it('run once each, and each has its own result, where the second asks while the first runs', async () => {
    const { announce, decide, read, permitted, redeem, report } = await incident();
    const effects: object[] = [];
    /** What an executor does: nothing unless the permit was there to be used up. */
    const execute = async (permit: Permitted, result: string, meanwhile: () => Promise<void>) => {
      const answers = await Promise.all([redeem(permit), redeem(permit)]);
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
      effects.push(permit.args);
      await meanwhile();
      expect((await report(permit, { success: true, result: { said: result } })).status).toBe(200);
    };
    const first = await announce(A);
    expect((await decide(first)).status).toBe(200);
    let second: { id: string; digest: string } | undefined;
    await execute(await permitted(first.id, A), 'shop is out', async () => {
      second = await announce(B);
      expect((await decide(second)).status).toBe(200);
      await execute(await permitted(second.id, B), 'mail is out', async () => {});
    });
    expect(effects).toEqual([A, B]);
    for (const [id, said] of [
      [first.id, 'shop is out'],
      [second?.id ?? '', 'mail is out'],
    ] as const)
      expect(await read(id)).toMatchObject({
        status: 'succeeded',
        outcome: { success: true, result: { said } },
      });
  });

  it('are all let go when all are granted at once, the last one too', async () => {
    const { announce, decide, becomes } = await incident();
    const asked = await Promise.all([A, B, { service: 'wiki' }].map(announce));
    const answers = await Promise.all(asked.map((one) => decide(one)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    for (const { id } of asked) await becomes(id, 'authorized');
  });

  it('are no longer one where a sweep comes: what runs is left alone, what waits is void', async () => {
    const { installed, announce, decide, read, becomes, permitted, redeem, report, types } = await incident();
    const [first, second] = [await announce(A), await announce(B)];
    await decide(first);
    const running = await permitted(first.id, A);
    expect((await redeem(running)).status).toBe(200);
    const stop = { scope: 'tool', target: 'deploy', reason: 'an incident' };
    expect((await installed.ask('POST', '/v1/kill-switches', 'owner', stop)).status).toBe(201);
    await becomes(second.id, 'blocked');
    expect((await read(first.id)).status).toBe('redeemed');
    expect((await report(running, { success: true, result: 'done' })).status).toBe(200);
    expect(await read(first.id)).toMatchObject({ status: 'succeeded', outcome: { result: 'done' } });
    expect(await types(second.id)).not.toContain('agent.tool.called');
  });

  it('do not speak for one another: one that was never begun has not succeeded', async () => {
    const { announce, decide, read, permitted, redeem, report, types } = await incident();
    const [first, second] = [await announce(A), await announce(B)];
    await Promise.all([decide(first), decide(second)]);
    const [running, idle] = [await permitted(first.id, A), await permitted(second.id, B)];
    await redeem(running);
    await report(running, { success: true, result: 'done' });
    expect((await read(idle.id)).status).toBe('authorized');
    expect(await types(idle.id)).not.toContain('agent.tool.called');
    // Nor can anybody say so who has not used its permit up.
    expect((await report(idle, { success: true })).status).toBe(403);
    expect(await read(idle.id)).toMatchObject({ outcome: { unauthorized: true } });
  });

  it('with the same arguments are two records, of which neither rewrites the other', async () => {
    const { announce, decide, read, permitted, redeem, types } = await incident();
    const first = await announce(A);
    await decide(first);
    const used = await permitted(first.id, A);
    await redeem(used);
    const [before, record] = [await types(first.id), await read(first.id)];
    const second = await announce(A);
    expect(second.id).not.toBe(first.id);
    // One grant is one execution: the second waits for its own.
    expect((await read(second.id)).status).toBe('awaiting_approval');
    expect((await decide(second, { decision: 'deny' })).status).toBe(200);
    expect([await types(first.id), await read(first.id)]).toEqual([before, record]);
  });
});

describe('the answer of a human', () => {
  it('is kept: who said what, of which question', async () => {
    const { installed, announce, decide, becomes } = await incident();
    const asked = await announce(A);
    await decide(asked);
    await becomes(asked.id, 'authorized');
    const { items } = (await installed.ask('GET', `/v1/tool-calls/${asked.id}/timeline`, 'owner')).body;
    const voted = items.find(({ type }: { type: string }) => type === 'agent.approval.voted');
    expect(voted).toMatchObject({
      subject: `approval-${asked.id}`,
      data: { by: { kind: 'user', id: 'olga' }, decision: 'approve', reason: 'goes out today' },
    });
  });

  it('is no free text: what is not an answer leaves the call waiting', async () => {
    const { announce, decide, read } = await incident();
    const asked = await announce(A);
    for (const decision of ['yes', 'Approve', 'go on, please', '', true])
      expect(await decide(asked, { decision })).toMatchObject({
        status: 400,
        body: { errors: [{ pointer: '/decision' }] },
      });
    expect((await read(asked.id)).status).toBe('awaiting_approval');
    expect((await decide(asked)).status).toBe(200);
  });

  it('given twice, and a permit used twice, is 409 and never a failure', async () => {
    const { announce, decide, permitted, redeem } = await incident();
    const asked = await announce(A);
    const answers = await Promise.all([decide(asked), decide(asked), decide(asked)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
    const permit = await permitted(asked.id, A);
    const redeemed = await Promise.all([redeem(permit), redeem(permit), redeem(permit)]);
    expect(redeemed.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
  });
});
