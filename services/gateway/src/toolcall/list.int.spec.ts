import { PAGE_BYTES } from '@countersign/service';
import { describe, expect, it } from 'vitest';
import type { Caller } from '../testing/caller.ts';
import { announcement, registerBasics } from '../testing/registered.ts';
import { startGateway } from '../testing/running-gateway.ts';

/** Ten calls, by turns of the agent itself and of a service that manages agents. */
async function tenCalls() {
  const gateway = await startGateway();
  const { agent, olga } = await registerBasics(gateway);
  await gateway.owner('PUT', '/v1/agents/other', { owner: 'alice' });
  const other = await gateway.as('agent', 'other');
  const ids: { own: string[]; others: string[] } = { own: [], others: [] };
  for (let n = 0; n < 5; n += 1) {
    ids.own.push((await agent('POST', '/v1/tool-calls', announcement({ redeem: n % 2 === 0 }))).body.id);
    ids.others.push((await other('POST', '/v1/tool-calls', announcement({ agent_id: 'other' }))).body.id);
  }
  return { gateway, agent, olga, other, ids };
}

const idsOf = async (caller: Caller, query = '') => {
  const { body } = await caller('GET', `/v1/tool-calls${query}`);
  return { ids: body.items.map(({ id }: { id: string }) => id), next: body.next };
};

describe('a list of calls', () => {
  it('is complete for people who may read, in the order of the calls', async () => {
    const { olga, ids } = await tenCalls();
    const all = [...ids.own, ...ids.others].sort();
    expect(await idsOf(olga)).toEqual({ ids: all, next: null });
  });

  it('is the agent’s own for an agent', async () => {
    const { agent, ids } = await tenCalls();
    expect((await idsOf(agent)).ids).toEqual(ids.own);
    expect((await idsOf(agent, '?agent_id=helper')).ids).toEqual(ids.own);
    expect(await idsOf(agent, '?agent_id=other')).toEqual({ ids: [], next: null });
  });

  it('is filtered by status and agent', async () => {
    const { olga, ids } = await tenCalls();
    expect((await idsOf(olga, '?agent_id=other')).ids).toEqual(ids.others);
    expect((await idsOf(olga, '?status=redeemed')).ids).toEqual([ids.own[0], ids.own[2], ids.own[4]]);
    expect((await idsOf(olga, '?status=authorized&agent_id=helper')).ids).toEqual([ids.own[1], ids.own[3]]);
  });

  it('comes in pages that together are the list', async () => {
    const { olga, ids } = await tenCalls();
    const collected: string[] = [];
    let after = '';
    for (const expected of [4, 4, 2]) {
      const page = await idsOf(olga, `?limit=4${after}`);
      expect(page.ids).toHaveLength(expected);
      collected.push(...page.ids);
      after = `&after=${page.next}`;
      if (expected === 2) expect(page.next).toBeNull();
    }
    expect(collected).toEqual([...ids.own, ...ids.others].sort());
  });

  it('comes in shorter pages where calls are large, and goes on behind each', async () => {
    const gateway = await startGateway();
    const { agent } = await registerBasics(gateway);
    const path = 'x'.repeat(PAGE_BYTES / 10);
    const announced: string[] = [];
    for (let n = 0; n < 23; n += 1)
      announced.push((await agent('POST', '/v1/tool-calls', announcement({ arguments: { path } }))).body.id);
    const lengths: number[] = [];
    const collected: string[] = [];
    for (let after = ''; ; ) {
      const page = await idsOf(agent, `?limit=1000${after}`);
      lengths.push(page.ids.length);
      collected.push(...page.ids);
      if (page.next === null) break;
      after = `&after=${page.next}`;
    }
    expect(lengths).toEqual([10, 10, 3]);
    expect(collected).toEqual(announced.sort());
  });

  it('shows the permit, its token only to whose call it is', async () => {
    const { agent, olga } = await tenCalls();
    const permits = async (caller: Caller) =>
      (await caller('GET', '/v1/tool-calls?agent_id=helper')).body.items.map(
        ({ permit }: { permit: object }) => Object.keys(permit).sort(),
      );
    expect((await permits(agent))[0]).toEqual(['expires_at', 'redeemed', 'token']);
    expect((await permits(olga))[0]).toEqual(['expires_at', 'redeemed']);
  });

  it('of nobody’s calls is not for who may not read', async () => {
    const { gateway } = await tenCalls();
    const alice = await gateway.as('user', 'alice');
    expect(await alice('GET', '/v1/tool-calls')).toMatchObject({
      status: 403,
      body: { code: 'forbidden', required_permission: 'read' },
    });
  });
});
