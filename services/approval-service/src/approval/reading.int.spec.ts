import { routes } from '@countersign/contracts';
import type { JsonObject } from '@countersign/event-sourcing';
import type { ViewStore } from '@countersign/processing';
import { createMemoryViewStore } from '@countersign/processing/memory';
import { describe, expect, it } from 'vitest';
import { type RunningApprovals, startAcme } from '../testing/running-approvals.ts';
import { callId } from '../testing/stand-ins.ts';
import { approvalsView } from '../views/approvals.ts';

const one = (call: number) => `/v1/approvals/${callId(call)}`;
const ids = ({ body }: { readonly body: JsonObject }) =>
  (body.items as readonly { readonly id: string }[]).map(({ id }) => id);

describe('an approval', () => {
  it('O-HIT-1: shows what is asked, as the contract says', async () => {
    const running = await startAcme();
    const digest = await running.upstream.asked(1, {
      args: { path: 'a' },
      reason: 'why',
      reasoning: 'thought',
    });
    await running.settled();
    const { status, body } = await running.get(one(1));
    expect(status).toBe(200);
    expect(routes.getApproval.responses[200].safeParse(body).error).toBeUndefined();
    expect(body).toMatchObject({
      id: callId(1),
      state: 'waiting',
      arguments: { path: 'a' },
      arguments_digest: digest,
      reason: 'why',
      reasoning: 'thought',
      quorum: { needed: 1, given: 0 },
      created_at: '2026-11-21T12:00:00.000Z',
      expires_at: '2026-11-21T12:01:00.000Z',
    });
  });

  it('shows that its text is erased, and still stands', async () => {
    const running = await startAcme();
    const digest = await running.upstream.asked(1);
    await running.settled();
    await running.vault.destroy({ organization: 'acme', subject: 'alice' });
    const { body } = await running.get(one(1));
    const erased = { erased: true };
    expect(body).toMatchObject({ state: 'waiting', arguments: erased, reason: erased, reasoning: erased });
    expect(routes.getApproval.responses[200].safeParse(body).error).toBeUndefined();
    expect((await running.decide(1, digest)).status).toBe(200);
  });

  it('has no reasoning where the agent gave none', async () => {
    const running = await startAcme();
    await running.upstream.asked(1, { reasoning: null });
    await running.settled();
    expect((await running.get(one(1))).body.reasoning).toBeNull();
  });

  it('is not shown as erased when the key vault does not answer', async () => {
    const running = await startAcme();
    await running.upstream.asked(1);
    const again = await running.restart();
    await again.settled();
    await again.vault.close();
    expect(await again.get(one(1))).toMatchObject({ status: 503, body: { code: 'unavailable' } });
    expect(await again.get('/v1/approvals')).toMatchObject({ status: 503 });
  });
});

describe('what a plan keeps no longer', () => {
  /** Four questions: one is denied, one withdrawn, one waits, and the last is asked and denied an hour later. */
  async function asked(views?: ViewStore) {
    const running = await startAcme(views);
    const { upstream, clock } = running;
    const digests: string[] = [];
    for (const call of [1, 2, 3]) digests.push(await upstream.asked(call, { ttlMs: 7_200_000 }));
    await running.settled();
    await running.decide(1, digests[0] as string, 'user:olga@acme', 'deny');
    await upstream.blocked(2, 'undecided');
    clock.advance(3_600_000);
    await running.settled();
    const late = await upstream.asked(4);
    await running.settled();
    await running.decide(4, late, 'user:olga@acme', 'deny');
    await running.settled();
    return running;
  }
  const shown = async (running: RunningApprovals) => {
    await running.settled();
    const read = [];
    for (const call of [1, 2, 3, 4]) if ((await running.get(one(call))).status === 200) read.push(call);
    const listed = await running.get('/v1/approvals');
    expect(ids(listed)).toEqual(read.map(callId));
    expect(ids(await running.get('/v1/approvals', 'user:petra@acme'))).toEqual(read.map(callId));
    return read;
  };

  it('is on no page, at no address and in no view, unless it waits or is held', async () => {
    const views = createMemoryViewStore();
    const running = await asked(views);
    expect(await shown(running)).toEqual([1, 2, 3, 4]);
    await running.upstream.flushed('2026-11-21T13:00:00.000Z', ['alice']);
    expect(await shown(running)).toEqual([1, 2, 3, 4]);
    await running.upstream.flushed('2026-11-21T13:00:00.000Z');
    expect(await shown(running)).toEqual([3, 4]);
    expect(await running.get(one(1))).toMatchObject({ status: 404, body: { code: 'not_found' } });
    expect(ids(await running.get('/v1/approvals?state=denied&limit=1'))).toEqual([callId(4)]);
    await running.expire();
    await running.get('/v1/approvals');
    const stored = await views.get(approvalsView.name, [1, 2, 3, 4].map(callId));
    expect([...stored.keys()].sort()).toEqual([callId(3), callId(4)]);
    expect(await shown(await running.restart())).toEqual([3, 4]);
  });
});

/** Four questions of `acme`, of which the second names nina and the fourth is for her alone, and one of `globex`. */
async function startAsking(): Promise<RunningApprovals> {
  const running = await startAcme();
  const { upstream } = running;
  await upstream.user('vic');
  await upstream.user('pat', [{ scope: { project: 'default' }, role: 'operator' }]);
  await upstream.organization('globex');
  await upstream.agent('helper', {}, 'globex');
  await upstream.tool('delete-file', 1, 'globex');
  await upstream.asked(1);
  await upstream.asked(2, { approvers: ['role:operator', 'user:nina'] });
  await upstream.asked(3);
  await upstream.asked(4, { approvers: ['user:nina'] });
  await upstream.asked(5, { organization: 'globex', approvers: ['user:nina'] });
  await running.settled();
  return running;
}

describe('who may read', () => {
  it.each<[string, string, readonly number[]]>([
    ['people with `read`: all', 'user:vic@acme', [1, 2, 3, 4]],
    ['people with `read` in the project of the calls: all', 'user:petra@acme', [1, 2, 3, 4]],
    ['people with `read` in another project: none', 'user:otto@acme', []],
    ['who is named: those', 'user:nina@acme', [2, 4]],
    ['who may decide by a role in the project of the call: those', 'user:pat@acme', [1, 2, 3]],
    ['whom nobody names: none', 'user:alice@acme', []],
    ['a person of another organization: its own', 'user:nina@globex', [5]],
  ])('%s', async (_, as, calls) => {
    const running = await startAsking();
    expect(ids(await running.get('/v1/approvals', as))).toEqual(calls.map(callId));
    for (const call of [1, 2, 3, 4, 5]) {
      expect((await running.get(one(call), as)).status).toBe(calls.includes(call) ? 200 : 404);
    }
  });

  it.each(['agent:helper@acme', 'service:runner@acme', 'agent:nina@acme'])('not %s', async (as) => {
    const running = await startAsking();
    for (const path of ['/v1/approvals', one(2)]) {
      expect(await running.get(path, as)).toMatchObject({
        status: 403,
        body: { required_permission: 'read' },
      });
    }
  });
});

describe('lists', () => {
  it.each(['user:vic@acme', 'user:nina@acme'])('go on page by page, for %s', async (as) => {
    const running = await startAsking();
    const all = ids(await running.get('/v1/approvals', as));
    for (const limit of [1, 2, 3]) {
      const seen: string[] = [];
      let pages = 0;
      let after = '';
      for (;;) {
        const page = await running.get(`/v1/approvals?limit=${limit}${after}`, as);
        expect(ids(page).length).toBeLessThanOrEqual(limit);
        seen.push(...ids(page));
        pages += 1;
        if (page.body.next === null) break;
        after = `&after=${page.body.next}`;
      }
      expect({ seen, pages }).toEqual({ seen: all, pages: Math.ceil(all.length / limit) });
    }
  });

  it('are of one state where it is asked for', async () => {
    const running = await startAsking();
    await running.upstream.blocked(3, 'undecided');
    await running.settled();
    expect(ids(await running.get('/v1/approvals?state=void'))).toEqual([callId(3)]);
    expect(ids(await running.get('/v1/approvals?state=waiting', 'user:nina@acme'))).toEqual(
      [2, 4].map(callId),
    );
  });
});
