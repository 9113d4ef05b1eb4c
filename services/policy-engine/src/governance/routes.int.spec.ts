import type { JsonObject } from '@countersign/event-sourcing';
import { beforeEach, describe, expect, it } from 'vitest';
import { startWork, type Work } from '../testing/work.ts';

let work: Work;
let id: string;

const ask = (as: string, method: 'GET' | 'POST' | 'DELETE', path: string, body?: JsonObject) =>
  work.ask(as, method, `/intents/${id}${path}`, body);
const govern = (as: string, version: number, policy: JsonObject) =>
  work.engine.request('PUT', `/api/v1/intents/${id}/governance`, policy, as, { 'if-match': String(version) });
const change = (as: string, path: string, version: number, body: JsonObject) =>
  work.change(as, `/intents/${id}${path}`, version, body);
const complete = (version: number, as = 'creator') =>
  change(as, '/status', version, { status: 'completed', reason: 'done' });
const approval = async (as: string, action = 'complete'): Promise<string> =>
  String(
    (await ask(as, 'POST', '/approvals', { action, reason: 'all done', context: { tests: 12 } })).body.id,
  );
const approve = (as: string, approvalId: string) => ask(as, 'POST', `/approvals/${approvalId}/approve`);
const spend = (as: string, amount: number) =>
  ask(as, 'POST', '/costs', { cost_type: 'tokens', amount, unit: 'tokens' });
const broken = (rule: string) => ({ status: 403, body: { error: 'governance_violation', rule } });
const told = async (type: string, as = 'creator') => {
  const { body } = await ask(as, 'GET', `/events?event_type=${type}`);
  return (body as unknown as { actor: string; payload: JsonObject }[]).map(({ actor, payload }) => ({
    actor,
    ...payload,
  }));
};

/** A work intent at version 2, active, of `creator`; `worker` administers it too. */
async function started(policy: JsonObject): Promise<void> {
  id = await work.intent({ governance_policy: policy });
  await change('creator', '/status', 1, { status: 'active', reason: 'go' });
  await work.grant(id, 'worker', 'admin');
}

beforeEach(async () => {
  work = await startWork();
  id = await work.intent();
});

const DEFAULTS = {
  completion_mode: 'auto',
  write_scope: 'any',
  quorum_threshold: 0.6,
  allowed_agents: [],
  max_cost: null,
  require_status_reason: false,
};

describe('what governs a work intent', () => {
  it('O-GVN-2: is nothing until something is said, and what is left out holds by default', async () => {
    const governance = async () => (await ask('creator', 'GET', '/governance')).body;
    expect(await governance()).toEqual({ intent_id: id, governance_policy: {}, effective_policy: DEFAULTS });
    const policy = { completion_mode: 'quorum', max_cost: 10.5 };
    const set = await govern('creator', 1, policy);
    expect(set).toMatchObject({ status: 200, body: { version: 2, governance_policy: policy } });
    const effective_policy = { ...DEFAULTS, ...policy };
    expect(await governance()).toEqual({ intent_id: id, governance_policy: policy, effective_policy });
    const remove = { 'if-match': '2' };
    const url = `/api/v1/intents/${id}/governance`;
    const removed = await work.engine.request('DELETE', url, undefined, 'creator', remove);
    expect(removed).toMatchObject({ status: 200, body: { version: 3, governance_policy: null } });
    expect(await governance()).toMatchObject({ governance_policy: {}, effective_policy: DEFAULTS });
    expect(await told('governance.policy_set')).toEqual([
      { actor: 'creator', governance_policy: policy, version: 2 },
    ]);
    expect(await told('governance.policy_removed')).toEqual([{ actor: 'creator', version: 3 }]);
  });

  it('O-GVN-1: is said by administrators, of the version that they have seen', async () => {
    await work.grant(id, 'worker', 'write');
    expect(await govern('helper', 1, {})).toMatchObject({ status: 404 });
    expect(await govern('worker', 1, {})).toMatchObject({
      status: 403,
      body: { error: 'forbidden', required_permission: 'admin', current_permission: 'write' },
    });
    const unseen = await work.ask('creator', 'PUT', `/intents/${id}/governance`, {});
    expect(unseen).toMatchObject({ status: 400, body: { errors: [{ pointer: '/headers/if-match' }] } });
    const late = await govern('creator', 7, {});
    expect(late).toMatchObject({ status: 409, body: { error: 'version_conflict', current_version: 1 } });
    expect(JSON.stringify(late.body)).not.toMatch(/lease/i);
    expect((await ask('worker', 'GET', '/governance')).status).toBe(200);
  });

  it.each([
    ['completion_mode', 'vote'],
    ['completion_mode', null],
    ['write_scope', 'nobody'],
    ['quorum_threshold', 0],
    ['quorum_threshold', 1.01],
    ['quorum_threshold', '0.5'],
    ['max_cost', -1],
    ['max_cost', true],
    ['max_cost', '5'],
    ['require_status_reason', 'yes'],
    ['require_status_reason', 1],
  ])('O-GVN-1: is no policy with %s %j', async (name, value) => {
    const answer = await govern('creator', 1, { [name]: value });
    expect(answer).toMatchObject({ status: 422, body: { error: 'policy_invalid' } });
    expect(answer.body.errors).toMatchObject([{ pointer: `/${name}` }]);
    expect((await ask('creator', 'GET', '')).body).toMatchObject({ version: 1, governance_policy: null });
  });

  it('O-GVN-1: is told everything that is wrong with it at once, also where it comes with the work intent', async () => {
    const policy = { completion_mod: 'auto', allowed_agents: 'x', max_cost: true };
    const pointers = ['/allowed_agents', '/max_cost', '/completion_mod'];
    const put = await govern('creator', 1, policy);
    expect(put).toMatchObject({ status: 422, body: { errors: pointers.map((pointer) => ({ pointer })) } });
    const made = await work.ask('creator', 'POST', '/intents', { title: 't', governance_policy: policy });
    expect(made.status).toBe(400);
    expect(made.body.errors).toMatchObject(
      pointers.map((pointer) => ({ pointer: `/governance_policy${pointer}` })),
    );
  });

  it('comes with the work intent, and is part of what one key asks for', async () => {
    const make = (governance_policy: JsonObject | null) =>
      work.engine.request('POST', '/api/v1/intents', { title: 't', governance_policy }, 'creator', {
        'idempotency-key': 'k',
      });
    const policy = { write_scope: 'assigned_only' };
    const made = await make(policy);
    expect(made).toMatchObject({ status: 201, body: { version: 1, governance_policy: policy } });
    expect(await make(policy)).toMatchObject({ status: 200, body: { id: made.body.id } });
    expect(await make(null)).toMatchObject({ status: 409, body: { error: 'idempotency_conflict' } });
  });
});

describe('a change that breaks the policy', () => {
  it('O-GVN-3: is refused with its rule, changes nothing, and stands in the events', async () => {
    id = await work.intent({ governance_policy: { require_status_reason: true } });
    const refused = await change('creator', '/status', 1, { status: 'active' });
    expect(refused).toMatchObject(broken('require_status_reason'));
    expect(refused.body.message).toBe(refused.body.detail);
    expect(await told('governance.violation')).toEqual([
      { actor: 'creator', rule: 'require_status_reason', detail: refused.body.message },
    ]);
    expect((await ask('creator', 'GET', '')).body).toMatchObject({ version: 1, status: 'draft' });
    expect(await change('creator', '/status', 1, { status: 'active', reason: 'go' })).toMatchObject({
      status: 200,
    });
  });

  it('O-GVN-6: is one by whom the list does not name, where only the assigned may write', async () => {
    id = await work.intent({ governance_policy: { write_scope: 'assigned_only' } });
    const list = { default_policy: 'open', default_permission: 'admin', entries: [] };
    await work.ask('creator', 'PUT', `/intents/${id}/acl`, list);
    const patches = { patches: [{ op: 'set', path: 'a', value: 1 }] };
    expect(await change('worker', '/state', 1, patches)).toMatchObject(broken('write_scope'));
    expect(await change('worker', '/status', 1, { status: 'active' })).toMatchObject(broken('write_scope'));
    expect(await spend('worker', 1)).toMatchObject(broken('write_scope'));
    // Who has everything by a role is not assigned either.
    expect(await change('owner', '/state', 1, patches)).toMatchObject(broken('write_scope'));
    await work.grant(id, 'worker', 'write');
    expect(await change('worker', '/state', 1, patches)).toMatchObject({ status: 200 });
    expect(await change('creator', '/state', 2, patches)).toMatchObject({ status: 200 });
    expect((await told('governance.violation')).map(({ actor }) => actor)).toEqual([
      ...['owner', 'worker', 'worker', 'worker'],
    ]);
  });

  it('O-GVN-6: is one by an agent that is not among the allowed', async () => {
    id = await work.intent({ governance_policy: { allowed_agents: ['worker'] } });
    await work.grant(id, 'worker', 'write');
    const patches = { patches: [{ op: 'set', path: 'a', value: 1 }] };
    expect(await change('creator', '/state', 1, patches)).toMatchObject(broken('allowed_agents'));
    expect(await change('worker', '/state', 1, patches)).toMatchObject({ status: 200 });
  });

  it('O-GVN-6: is a cost beyond what all may come to', async () => {
    id = await work.intent({ governance_policy: { max_cost: 100 } });
    await work.grant(id, 'worker', 'write');
    expect(await spend('worker', 60)).toMatchObject({
      status: 201,
      body: { agent_id: 'worker', amount: 60, provider: null, metadata: {} },
    });
    expect(await spend('creator', 41)).toMatchObject(broken('max_cost'));
    expect(await spend('creator', 40)).toMatchObject({ status: 201 });
    const { body } = await ask('creator', 'GET', '/costs?limit=1');
    expect(body).toMatchObject({ costs: [{ agent_id: 'creator', amount: 40 }] });
    expect(body.summary).toEqual({
      total: 100,
      by_type: { tokens: 100 },
      by_agent: { worker: 60, creator: 40 },
    });
    const half = { cost_type: 'tokens', amount: 0.5, unit: 'tokens' };
    expect(await ask('creator', 'POST', '/costs', half)).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/amount' }] },
    });
  });

  it('O-GVN-6: is never both of two costs at once that only one of is left for', async () => {
    id = await work.intent({ governance_policy: { max_cost: 10 } });
    const statuses = await Promise.all(
      Array.from({ length: 8 }, async () => (await spend('creator', 3)).status),
    );
    expect(statuses.filter((status) => status === 201)).toHaveLength(3);
    expect((await ask('creator', 'GET', '/costs')).body.summary).toMatchObject({ total: 9 });
  });
});

describe('a completion that takes approval', () => {
  it('O-GVN-4: O-GVN-7: is carried by one that another gave, which is named', async () => {
    await started({ completion_mode: 'require_approval' });
    expect(await complete(2)).toMatchObject(broken('completion_mode'));
    const asked = await ask('creator', 'POST', '/approvals', {
      ...{ action: 'complete', reason: 'all done', context: { tests: 12 }, requested_by: 'worker' },
    });
    const time = expect.stringMatching(/\+00:00$/);
    const pending = {
      ...{ id: expect.any(String), intent_id: id, requested_by: 'creator', action: 'complete' },
      ...{ reason: 'all done', context: { tests: 12 }, status: 'pending', created_at: time },
      ...{ decided_by: null, decided_at: null },
    };
    expect(asked).toEqual({ status: 201, body: pending });
    expect(await complete(2)).toMatchObject(broken('completion_mode'));
    const one = String(asked.body.id);
    expect(await approve('creator', one)).toMatchObject({ status: 403, body: { error: 'self_approval' } });
    const approved = { ...pending, status: 'approved', decided_by: 'worker', decided_at: time };
    expect(await approve('worker', one)).toEqual({ status: 200, body: approved });
    for (const how of ['approve', 'deny']) {
      const again = await ask('worker', 'POST', `/approvals/${one}/${how}`);
      expect(again).toMatchObject({ status: 409, body: { error: 'already_decided' } });
      expect(JSON.stringify(again.body)).not.toMatch(/lease/i);
    }
    expect(await ask('creator', 'GET', `/approvals/${one}`)).toEqual({ status: 200, body: approved });
    expect(await complete(2)).toMatchObject({ status: 200, body: { status: 'completed', version: 3 } });
    const [last] = await told('status_changed');
    expect(last).toMatchObject({ to: 'completed', approvals: [one] });
    expect(await told('governance.approval_granted')).toEqual([
      {
        ...{ actor: 'worker', approval_id: one, action: 'complete' },
        ...{ decision: 'approved', requested_by: 'creator' },
      },
    ]);
  });

  it('O-GVN-7: is not decided by who does not administer, and not found elsewhere', async () => {
    await started({ completion_mode: 'require_approval' });
    await work.grant(id, 'helper', 'write');
    const one = await approval('helper');
    expect(await approve('helper', one)).toMatchObject({ status: 403, body: { error: 'forbidden' } });
    const other = await work.intent();
    const there = await work.ask('creator', 'POST', `/intents/${other}/approvals/${one}/approve`);
    expect(there.status).toBe(404);
    expect((await ask('creator', 'GET', `/approvals/${other}`)).status).toBe(404);
    expect((await work.ask('helper', 'GET', `/intents/${other}/approvals/${one}`)).status).toBe(404);
    expect(await ask('worker', 'POST', `/approvals/${one}/deny`)).toMatchObject({
      status: 200,
      body: { status: 'denied', decided_by: 'worker' },
    });
    expect(await told('governance.approval_denied')).toMatchObject([
      { actor: 'worker', approval_id: one, decision: 'denied', requested_by: 'helper' },
    ]);
    expect(await complete(2)).toMatchObject(broken('completion_mode'));
    const two = await approval('helper', 'deploy');
    const listed = await ask('helper', 'GET', '/approvals');
    expect(listed.body.approvals).toMatchObject([{ id: two }, { id: one }]);
    expect((await ask('helper', 'GET', '/approvals?status=pending')).body.approvals).toMatchObject([
      { id: two },
    ]);
  });

  it('O-GVN-5: of a quorum is carried by so many different approvers of the assigned agents, rounded up', async () => {
    await started({ completion_mode: 'quorum' });
    await work.grant(id, 'helper', 'admin');
    // Three agents at 0.6 are two.
    const [one, two, three] = [
      await approval('creator'),
      await approval('creator'),
      await approval('worker'),
    ];
    await approve('worker', one);
    await approve('worker', two);
    const refused = await complete(2);
    expect(refused).toMatchObject(broken('completion_mode'));
    expect(refused.body.message).toContain('1 of 2');
    await approve('helper', three);
    expect(await complete(2)).toMatchObject({ status: 200 });
    // Of each approver the newest.
    expect((await told('status_changed'))[0]).toMatchObject({ approvals: [two, three] });
  });

  it('is approved by nobody who owns the agent that asks, nor by another agent of theirs', async () => {
    const { upstream } = work.engine;
    await upstream.agent('creator', { owner: 'owner' });
    await upstream.agent('worker', { owner: 'owner' });
    await upstream.developersMay('manage_intents');
    await upstream.user('owner', { roles: [{ scope: { organization: 'acme' }, role: 'developer' }] });
    await started({ completion_mode: 'require_approval' });
    await work.grant(id, 'helper', 'admin');
    const one = await approval('creator');
    for (const own of ['worker', 'owner'])
      expect(await approve(own, one)).toMatchObject({ status: 403, body: { error: 'self_approval' } });
    expect(await approve('helper', one)).toMatchObject({ status: 200 });
    // Who comes to own both has approved what they ask for.
    await upstream.agent('helper', { owner: 'owner' });
    expect(await complete(2)).toMatchObject(broken('completion_mode'));
  });

  it('O-GVN-5: of a quorum is not carried by two agents of one owner', async () => {
    for (const twin of ['worker', 'helper']) await work.engine.upstream.agent(twin, { owner: 'alice' });
    await started({ completion_mode: 'quorum' });
    await work.grant(id, 'helper', 'admin');
    for (const twin of ['worker', 'helper']) await approve(twin, await approval('creator'));
    const refused = await complete(2);
    expect(refused).toMatchObject(broken('completion_mode'));
    expect(refused.body.message).toContain('1 of 2');
  });

  it('shows an approval that counts no more as expired: of another state, another policy, or a completion', async () => {
    await started({ completion_mode: 'require_approval' });
    const [one, deploy, two] = [
      await approval('creator'),
      await approval('creator', 'deploy'),
      await approval('creator'),
    ];
    const waiting = await approval('creator');
    for (const each of [one, deploy]) await approve('worker', each);
    const listed = async (status: string) => {
      const { body } = await ask('creator', 'GET', `/approvals?status=${status}`);
      return (body.approvals as unknown as { id: string }[]).map(({ id }) => id);
    };
    expect(await listed('approved')).toEqual([deploy, one]);
    await change('creator', '/state', 2, { patches: [{ op: 'set', path: 'a', value: 1 }] });
    expect(await complete(3)).toMatchObject(broken('completion_mode'));
    expect([await listed('approved'), await listed('expired')]).toEqual([[deploy], [one]]);
    expect((await ask('creator', 'GET', `/approvals/${one}`)).body).toMatchObject({
      status: 'expired',
      decided_by: 'worker',
    });
    await govern('creator', 3, { completion_mode: 'require_approval', max_cost: 5 });
    expect(await listed('expired')).toEqual([deploy, one]);
    expect(await listed('pending')).toEqual([waiting, two]);
    await approve('worker', two);
    expect(await listed('approved')).toEqual([two]);
    expect(await complete(4)).toMatchObject({ status: 200 });
    expect([await listed('approved'), await listed('expired')]).toEqual([[], [two, deploy, one]]);
  });

  it('O-GVN-5: of a quorum is none where no agent is assigned', async () => {
    id = await work.intent({ governance_policy: { completion_mode: 'quorum' } }, 'owner');
    await change('owner', '/status', 1, { status: 'active' });
    const refused = await complete(2, 'owner');
    expect(refused).toMatchObject(broken('completion_mode'));
    expect(refused.body.message).toContain('no agent is assigned');
    expect(await told('governance.violation', 'owner')).toHaveLength(1);
  });

  it('is not carried by who has lost the right, nor once they have it again', async () => {
    await started({ completion_mode: 'require_approval' });
    const one = await approval('creator');
    await approve('worker', one);
    const { body: list } = await ask('creator', 'GET', '/acl');
    const [entry] = list.entries as unknown as { id: string }[];
    work.engine.clock.advance(1_000);
    await ask('creator', 'DELETE', `/acl/entries/${entry?.id}`);
    expect(await complete(2)).toMatchObject(broken('completion_mode'));
    await work.grant(id, 'worker', 'admin');
    expect(await complete(2)).toMatchObject(broken('completion_mode'));
    await approve('worker', await approval('creator'));
    expect(await complete(2)).toMatchObject({ status: 200 });
  });

  it('is not carried by who was disabled, nor by what was approved before the policy changed', async () => {
    await started({ completion_mode: 'require_approval' });
    await work.engine.upstream.agent('worker');
    await approve('worker', await approval('creator'));
    await govern('creator', 2, { completion_mode: 'require_approval', max_cost: 5 });
    expect(await complete(3)).toMatchObject(broken('completion_mode'));
    await approve('worker', await approval('creator'));
    await work.engine.upstream.disableAgent('worker');
    expect(await complete(3)).toMatchObject(broken('completion_mode'));
  });

  const developer = { roles: [{ scope: { organization: 'acme' }, role: 'developer' }] };
  it.each<[string, string, () => Promise<unknown>, () => Promise<unknown>]>([
    [
      'was in a group, has left it and come back',
      'helper',
      async () => {
        await work.engine.upstream.group('crew', 'helper');
        const entry = { principal_id: 'crew', principal_type: 'group', permission: 'admin' };
        await ask('creator', 'POST', '/acl/entries', entry);
      },
      async () => {
        await work.engine.upstream.group('crew', 'other');
        await work.engine.upstream.group('crew', 'helper');
      },
    ],
    [
      'was disabled and enabled',
      'worker',
      () => work.engine.upstream.agent('worker'),
      async () => {
        await work.engine.upstream.disableAgent('worker');
        await work.engine.upstream.enableAgent('worker');
      },
    ],
    [
      'has a role that did not grant it for a while',
      'owner',
      async () => {
        await work.engine.upstream.developersMay('manage_intents');
        await work.engine.upstream.user('owner', developer);
      },
      async () => {
        await work.engine.upstream.developersMay('read');
        await work.engine.upstream.developersMay('manage_intents');
      },
    ],
  ])('is not carried by who %s', async (_, who, give, interrupt) => {
    await started({ completion_mode: 'require_approval' });
    await give();
    expect(await approve(who, await approval('creator'))).toMatchObject({ status: 200 });
    await interrupt();
    expect(await complete(2)).toMatchObject(broken('completion_mode'));
    expect(await approve(who, await approval('creator'))).toMatchObject({ status: 200 });
    expect(await complete(2)).toMatchObject({ status: 200 });
  });

  it('is not given by who administers the installation alone', async () => {
    await started({ completion_mode: 'require_approval' });
    const one = await approval('creator');
    expect(await approve('owner', one)).toMatchObject({ status: 403, body: { error: 'forbidden' } });
  });
});

describe('the texts of governance', () => {
  it('are sealed, and gone with who wrote them', async () => {
    id = await work.intent();
    const one = await approval('creator');
    const metadata = { model: 'secret-model' };
    await ask('creator', 'POST', '/costs', { cost_type: 'tokens', amount: 1, unit: 'tokens', metadata });
    const published = JSON.stringify((await work.engine.published()).map(({ data }) => data));
    for (const text of ['all done', 'secret-model']) expect(published).not.toContain(text);
    await work.grant(id, 'worker', 'read');
    await work.engine.vault.destroy({ organization: 'acme', subject: 'creator' });
    const erased = { erased: true };
    expect((await ask('worker', 'GET', `/approvals/${one}`)).body).toMatchObject({
      reason: erased,
      context: erased,
    });
    expect((await ask('worker', 'GET', '/costs')).body.costs).toMatchObject([
      { amount: 1, metadata: erased },
    ]);
  });
});
