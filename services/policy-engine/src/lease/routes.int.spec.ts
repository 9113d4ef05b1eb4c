import type { JsonObject } from '@countersign/event-sourcing';
import { beforeEach, describe, expect, it } from 'vitest';
import { startWork, type Work } from '../testing/work.ts';

let work: Work;
let id: string;
let worker: string;

const ask = (as: string, method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, body?: JsonObject) =>
  work.ask(as, method, `/intents/${id}${path}`, body);
const acquire = (as: string, scope: string, duration_seconds = 60) =>
  ask(as, 'POST', '/leases', { scope, duration_seconds });
const patch = (as: string, version: number, path: string) =>
  work.change(as, `/intents/${id}/state`, version, { patches: [{ op: 'set', path, value: 1 }] });
const held = async () => (await ask('creator', 'GET', '/leases')).body.leases as unknown as JsonObject[];
const told = async () => {
  const { body } = await ask('creator', 'GET', '/events?event_type=lease_released');
  return (body as unknown as { actor: string; payload: JsonObject }[]).map(({ actor, payload }) => [
    actor,
    payload.reason,
    payload.agent_id,
  ]);
};

beforeEach(async () => {
  work = await startWork();
  id = await work.intent();
  worker = await work.grant(id, 'worker', 'write');
});

describe('a lease over HTTP', () => {
  it('O-LSE-1: is taken by a writer, shown to readers, and in the way of everybody else', async () => {
    const taken = await acquire('worker', 'research');
    const time = expect.stringMatching(/\+00:00$/);
    const lease = {
      ...{ id: expect.any(String), intent_id: id, agent_id: 'worker', scope: 'research' },
      ...{ status: 'active', acquired_at: time, expires_at: time },
    };
    expect(taken).toEqual({ status: 201, body: lease });
    expect(await held()).toEqual([lease]);
    const existing_lease = { id: taken.body.id, agent_id: 'worker', scope: 'research', expires_at: time };
    const conflict = { status: 409, body: { error: 'lease_conflict', existing_lease } };
    expect(await acquire('creator', 'research/notes')).toMatchObject(conflict);
    expect(await acquire('worker', 'research')).toMatchObject(conflict);
    expect(await patch('creator', 1, 'research/notes')).toMatchObject(conflict);
    expect(await patch('creator', 1, 'synthesis')).toMatchObject({ status: 200 });
    expect(await patch('worker', 2, 'research')).toMatchObject({ status: 200 });
  });

  it('is named where it is in the way, and not one that is over and not yet recorded as that', async () => {
    await work.grant(id, 'helper', 'write');
    await acquire('worker', 'research/notes', 10);
    await acquire('creator', 'research/sources');
    work.engine.clock.advance(10_000);
    const conflict = { status: 409, body: { existing_lease: { agent_id: 'creator' } } };
    expect(await acquire('helper', 'research')).toMatchObject(conflict);
    expect(await patch('helper', 1, 'research')).toMatchObject(conflict);
  });

  it('O-LSE-1: is one of many that are asked for at once', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => acquire('worker', 'research')));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, ...Array(7).fill(409)]);
  });

  it('O-LSE-1: is renewed and released by its holder, and ends by itself', async () => {
    const lease = `/leases/${(await acquire('worker', 'research')).body.id}`;
    expect((await ask('creator', 'PATCH', lease, { duration_seconds: 5 })).status).toBe(403);
    expect((await ask('creator', 'DELETE', lease)).status).toBe(403);
    work.engine.clock.advance(30_000);
    expect(await ask('worker', 'PATCH', lease, { duration_seconds: 60 })).toMatchObject({
      status: 200,
      body: { scope: 'research' },
    });
    work.engine.clock.advance(59_000);
    expect(await held()).toHaveLength(1);
    expect((await acquire('creator', 'research')).status).toBe(409);
    work.engine.clock.advance(1_000);
    expect(await held()).toEqual([]);
    expect((await ask('worker', 'PATCH', lease, { duration_seconds: 60 })).status).toBe(404);
    const next = await acquire('creator', 'research');
    expect(next.status).toBe(201);
    await work.engine.tick();
    expect(await held()).toMatchObject([{ agent_id: 'creator' }]);
    expect((await ask('creator', 'DELETE', `/leases/${next.body.id}`)).status).toBe(204);
    expect(await told()).toEqual([
      ['creator', 'released', 'creator'],
      ['countersign', 'expired', 'worker'],
    ]);
  });

  it('O-LSE-1: takes an end that is near, a scope that is a place in the state, and somebody who may write', async () => {
    for (const body of [
      { scope: 'a', duration_seconds: 0 },
      { scope: 'a', duration_seconds: 86_401 },
      { scope: 'a' },
      { scope: 'a//b', duration_seconds: 60 },
      { scope: '', duration_seconds: 60 },
    ])
      expect((await ask('worker', 'POST', '/leases', body)).status, JSON.stringify(body)).toBe(400);
    await work.grant(id, 'helper', 'read');
    expect(await acquire('helper', 'a')).toMatchObject({
      status: 403,
      body: { required_permission: 'write', current_permission: 'read' },
    });
    expect((await acquire('owner', 'a')).status).toBe(403);
    expect(await held()).toEqual([]);
  });
});

describe('a lease under a policy', () => {
  const govern = (version: number, policy: JsonObject) =>
    work.engine.request('PUT', `/api/v1/intents/${id}/governance`, policy, 'creator', {
      'if-match': String(version),
    });

  it.each<[string, JsonObject]>([
    ['that allows others', { allowed_agents: ['creator'] }],
    ['that wants assigned writers', { write_scope: 'assigned_only' }],
  ])("%s ends at once and is in nobody's way", async (_, policy) => {
    await work.ask('creator', 'PUT', `/intents/${id}/acl`, {
      default_policy: 'open',
      default_permission: 'write',
      entries: [],
    });
    expect((await acquire('worker', '*')).status).toBe(201);
    expect((await govern(1, policy)).status).toBe(200);
    expect(await held()).toEqual([]);
    expect(await told()).toEqual([['countersign', 'revoked', 'worker']]);
    expect((await acquire('creator', 'research')).status).toBe(201);
    expect(await patch('creator', 2, 'research')).toMatchObject({ status: 200 });
  });

  it.each<[string, JsonObject, string[]]>([
    ['is taken from whom the list only leaves in', { write_scope: 'assigned_only' }, ['creator']],
    [
      'stays with them under one that lets everybody write',
      { require_status_reason: true },
      ['worker', 'creator'],
    ],
  ])('%s once it names them no more', async (_, policy, holders) => {
    await govern(1, policy);
    const lease = `/leases/${(await acquire('worker', 'research')).body.id}`;
    expect((await ask('worker', 'PATCH', lease, { duration_seconds: 60 })).status).toBe(200);
    await acquire('creator', 'synthesis');
    await work.ask('creator', 'PUT', `/intents/${id}/acl`, {
      default_policy: 'open',
      default_permission: 'write',
      entries: [],
    });
    await work.engine.settled();
    expect((await held()).map(({ agent_id }) => agent_id)).toEqual(holders);
    expect(await told()).toEqual(holders.length === 1 ? [['countersign', 'revoked', 'worker']] : []);
  });
});

describe('O-LSE-2: who loses the right to write loses the leases', () => {
  it.each<[string, () => Promise<unknown>]>([
    ['its entry is revoked', () => ask('creator', 'DELETE', `/acl/entries/${worker}`)],
    [
      'the list is replaced by one that lets it read',
      () =>
        work.ask('creator', 'PUT', `/intents/${id}/acl`, {
          default_policy: 'closed',
          entries: [{ principal_id: 'worker', permission: 'read' }],
        }),
    ],
    [
      'it is disabled',
      async () => {
        await work.engine.upstream.agent('worker');
        await work.engine.upstream.disableAgent('worker');
      },
    ],
  ])('when %s', async (_, lose) => {
    await acquire('worker', 'research');
    await acquire('creator', 'synthesis');
    work.engine.clock.advance(1_000);
    await lose();
    await work.engine.settled();
    expect(await held()).toMatchObject([{ agent_id: 'creator' }]);
    expect(await told()).toEqual([['countersign', 'revoked', 'worker']]);
    expect((await acquire('creator', 'research')).status).toBe(201);
  });

  it('when its role has not granted it for a while, whatever the organization of the event', async () => {
    const { upstream } = work.engine;
    const roles = [{ scope: { organization: 'acme' }, role: 'developer' }];
    await upstream.developersMay('manage_intents');
    await upstream.user('owner', { roles });
    expect((await acquire('owner', 'research')).status).toBe(201);
    await upstream.developersMay('manage_intents', 'read');
    await work.engine.settled();
    expect(await held()).toMatchObject([{ agent_id: 'owner' }]);
    await upstream.developersMay('read');
    await upstream.developersMay('manage_intents');
    await work.engine.settled();
    expect(await held()).toEqual([]);
    expect(await told()).toEqual([['countersign', 'revoked', 'owner']]);
  });

  it('when it has left its group, also where it is back', async () => {
    const { upstream } = work.engine;
    await upstream.group('crew', 'helper');
    const entry = { principal_id: 'crew', principal_type: 'group', permission: 'write' };
    await ask('creator', 'POST', '/acl/entries', entry);
    expect((await acquire('helper', 'research')).status).toBe(201);
    await upstream.group('crew', 'helper', 'other');
    await work.engine.settled();
    expect(await held()).toMatchObject([{ agent_id: 'helper' }]);
    await upstream.group('crew', 'other');
    await upstream.group('crew', 'other', 'helper');
    await work.engine.settled();
    expect(await held()).toEqual([]);
  });

  it('when its entry runs out', async () => {
    await ask('creator', 'DELETE', `/acl/entries/${worker}`);
    const expires_at = new Date(work.engine.clock.nowMs() + 10_000).toISOString();
    await work.grant(id, 'worker', 'write', { expires_at });
    expect((await acquire('worker', 'research')).status).toBe(201);
    work.engine.clock.advance(10_000);
    await work.engine.tick();
    expect(await held()).toEqual([]);
    expect(await told()).toEqual([['countersign', 'revoked', 'worker']]);
  });

  it('and others keep theirs, also over a restart that hears everything again', async () => {
    await acquire('worker', 'research');
    await work.grant(id, 'helper', 'write');
    const again = await work.engine.restart({ redeliver: true });
    await again.settled();
    const url = `/api/v1/intents/${id}/leases`;
    expect((await again.request('GET', url, undefined, 'worker')).body).toMatchObject({
      leases: [{ agent_id: 'worker' }],
    });
  });
});
