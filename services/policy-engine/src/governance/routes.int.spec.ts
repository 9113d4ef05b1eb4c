import type { JsonObject } from '@countersign/event-sourcing';
import { beforeEach, describe, expect, it } from 'vitest';
import { broken, createGoverned } from '../testing/governed.ts';

const { world, requests } = createGoverned();
const { ask, change, govern, spend, told, begin } = requests;
beforeEach(begin);

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
    expect(await governance()).toEqual({
      intent_id: world.id,
      governance_policy: {},
      effective_policy: DEFAULTS,
    });
    const policy = { completion_mode: 'quorum', max_cost: 10.5 };
    const set = await govern('creator', 1, policy);
    expect(set).toMatchObject({ status: 200, body: { version: 2, governance_policy: policy } });
    const effective_policy = { ...DEFAULTS, ...policy };
    expect(await governance()).toEqual({ intent_id: world.id, governance_policy: policy, effective_policy });
    const remove = { 'if-match': '2' };
    const url = `/api/v1/intents/${world.id}/governance`;
    const removed = await world.work.engine.request('DELETE', url, undefined, 'creator', remove);
    expect(removed).toMatchObject({ status: 200, body: { version: 3, governance_policy: null } });
    expect(await governance()).toMatchObject({ governance_policy: {}, effective_policy: DEFAULTS });
    expect(await told('governance.policy_set')).toEqual([
      { actor: 'creator', governance_policy: policy, version: 2 },
    ]);
    expect(await told('governance.policy_removed')).toEqual([{ actor: 'creator', version: 3 }]);
  });

  it('O-GVN-1: is said by administrators, of the version that they have seen', async () => {
    await world.work.grant(world.id, 'worker', 'write');
    expect(await govern('helper', 1, {})).toMatchObject({ status: 404 });
    expect(await govern('worker', 1, {})).toMatchObject({
      status: 403,
      body: { error: 'forbidden', required_permission: 'admin', current_permission: 'write' },
    });
    const unseen = await world.work.ask('creator', 'PUT', `/intents/${world.id}/governance`, {});
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
    const made = await world.work.ask('creator', 'POST', '/intents', {
      title: 't',
      governance_policy: policy,
    });
    expect(made.status).toBe(400);
    expect(made.body.errors).toMatchObject(
      pointers.map((pointer) => ({ pointer: `/governance_policy${pointer}` })),
    );
  });

  it('comes with the work intent, and is part of what one key asks for', async () => {
    const make = (governance_policy: JsonObject | null) =>
      world.work.engine.request('POST', '/api/v1/intents', { title: 't', governance_policy }, 'creator', {
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
    world.id = await world.work.intent({ governance_policy: { require_status_reason: true } });
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
    world.id = await world.work.intent({ governance_policy: { write_scope: 'assigned_only' } });
    const list = { default_policy: 'open', default_permission: 'admin', entries: [] };
    await world.work.ask('creator', 'PUT', `/intents/${world.id}/acl`, list);
    const patches = { patches: [{ op: 'set', path: 'a', value: 1 }] };
    expect(await change('worker', '/state', 1, patches)).toMatchObject(broken('write_scope'));
    expect(await change('worker', '/status', 1, { status: 'active' })).toMatchObject(broken('write_scope'));
    expect(await spend('worker', 1)).toMatchObject(broken('write_scope'));
    // Who has everything by a role is not assigned either.
    expect(await change('owner', '/state', 1, patches)).toMatchObject(broken('write_scope'));
    await world.work.grant(world.id, 'worker', 'write');
    expect(await change('worker', '/state', 1, patches)).toMatchObject({ status: 200 });
    expect(await change('creator', '/state', 2, patches)).toMatchObject({ status: 200 });
    expect((await told('governance.violation')).map(({ actor }) => actor)).toEqual([
      ...['owner', 'worker', 'worker', 'worker'],
    ]);
  });

  it('O-GVN-6: is one by an agent that is not among the allowed', async () => {
    world.id = await world.work.intent({ governance_policy: { allowed_agents: ['worker'] } });
    await world.work.grant(world.id, 'worker', 'write');
    const patches = { patches: [{ op: 'set', path: 'a', value: 1 }] };
    expect(await change('creator', '/state', 1, patches)).toMatchObject(broken('allowed_agents'));
    expect(await change('worker', '/state', 1, patches)).toMatchObject({ status: 200 });
  });

  it('O-GVN-6: is a cost beyond what all may come to', async () => {
    world.id = await world.work.intent({ governance_policy: { max_cost: 100 } });
    await world.work.grant(world.id, 'worker', 'write');
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
    world.id = await world.work.intent({ governance_policy: { max_cost: 10 } });
    const statuses = await Promise.all(
      Array.from({ length: 8 }, async () => (await spend('creator', 3)).status),
    );
    expect(statuses.filter((status) => status === 201)).toHaveLength(3);
    expect((await ask('creator', 'GET', '/costs')).body.summary).toMatchObject({ total: 9 });
  });
});
