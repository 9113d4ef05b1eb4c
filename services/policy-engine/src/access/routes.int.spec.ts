import { beforeEach, describe, expect, it } from 'vitest';
import { startWork, type Work } from '../testing/work.ts';

const HOUR = 3_600_000;

let work: Work;
let id: string;
beforeEach(async () => {
  work = await startWork();
  id = await work.intent();
});

const isoIn = (ms: number) => new Date(work.engine.clock.nowMs() + ms).toISOString();
const levelsOf = async (as: string) => {
  const read = (await work.ask(as, 'GET', `/intents/${id}`)).status;
  const write = (await work.ask(as, 'POST', `/intents/${id}/events`, { event_type: 'comment' })).status;
  const admin = (await work.ask(as, 'PUT', `/intents/${id}/acl`, { default_policy: 'closed' })).status;
  return [read, write, admin];
};

describe('a work intent', () => {
  it('is there for its creator and nobody else', async () => {
    expect(await levelsOf('creator')).toEqual([200, 201, 200]);
    for (const as of ['worker', 'viewer', 'developer', 'foreigner', 'stranger'])
      expect(await levelsOf(as)).toEqual([404, 404, 404]);
  });

  it('is administered by who administers all of the organization', async () => {
    expect(await levelsOf('owner')).toEqual([200, 201, 200]);
  });

  it.each([
    ['read', [200, 403, 403]],
    ['write', [200, 201, 403]],
    ['admin', [200, 201, 200]],
  ])('allows with %s what that includes', async (permission, statuses) => {
    await work.grant(id, 'worker', permission);
    expect(await levelsOf('worker')).toEqual(statuses);
  });

  it('says what is missing, and where to ask for it', async () => {
    await work.grant(id, 'worker', 'read');
    const answer = await work.ask('worker', 'PUT', `/intents/${id}/acl`, { default_policy: 'open' });
    expect(answer).toEqual({
      status: 403,
      body: {
        error: 'forbidden',
        message: 'this needs admin on the work intent',
        detail: 'this needs admin on the work intent',
        required_permission: 'admin',
        current_permission: 'read',
        access_request_url: `/api/v1/intents/${id}/access-requests`,
      },
    });
  });
});

describe('an entry', () => {
  it('is answered in the shape that clients read, and shown with its reason', async () => {
    const answer = await work.ask('creator', 'POST', `/intents/${id}/acl/entries`, {
      principal_id: 'worker',
      principal_type: 'agent',
      permission: 'read',
      reason: 'helps',
      expires_at: isoIn(HOUR).replace('Z', '+00:00'),
    });
    expect(answer.status).toBe(201);
    const entry = {
      id: answer.body.id,
      intent_id: id,
      principal_id: 'worker',
      principal_type: 'agent',
      permission: 'read',
      granted_by: 'creator',
      granted_at: expect.stringMatching(/\+00:00$/),
      expires_at: isoIn(HOUR).replace('Z', '+00:00'),
      reason: 'helps',
      delegate: null,
      delegated_from: null,
    };
    expect(answer.body).toEqual(entry);
    expect((await work.ask('creator', 'GET', `/intents/${id}/acl`)).body).toEqual({
      intent_id: id,
      default_policy: 'closed',
      default_permission: 'read',
      entries: [entry],
    });
  });

  it('is one for each principal', async () => {
    await work.grant(id, 'worker', 'read');
    const again = { principal_id: 'worker', permission: 'write' };
    const answer = await work.ask('creator', 'POST', `/intents/${id}/acl/entries`, again);
    expect([answer.status, answer.body.error]).toEqual([409, 'already_exists']);
    expect(JSON.stringify(answer.body)).not.toMatch(/lease/i);
  });

  it.each([
    [{ principal_id: 'worker', permission: 'root' }, '/permission'],
    [{ principal_id: 'worker', permission: 'delegate' }, '/permission'],
    [{ principal_id: 'worker', permission: 'read', expires_at: 'tomorrow' }, '/expires_at'],
    [{ principal_id: 'worker', permission: 'read', principal_type: 'everyone' }, '/principal_type'],
    [{ permission: 'read' }, '/principal_id'],
    [{ principal_id: 'worker', permission: 'read', grants: [] }, '/grants'],
  ])('is refused where it says nothing that is known: %o', async (body, pointer) => {
    const answer = await work.ask('creator', 'POST', `/intents/${id}/acl/entries`, body);
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ pointer }] } });
  });

  it('is refused when it would be over', async () => {
    const body = { principal_id: 'worker', permission: 'read', expires_at: isoIn(0) };
    const answer = await work.ask('creator', 'POST', `/intents/${id}/acl/entries`, body);
    expect([answer.status, answer.body.error]).toEqual([400, 'invalid_request']);
  });

  it('counts until its end, and that is an event without anybody asking', async () => {
    await work.grant(id, 'worker', 'write', { expires_at: isoIn(HOUR) });
    expect((await levelsOf('worker'))[1]).toBe(201);
    work.engine.clock.advance(HOUR);
    expect(await levelsOf('worker')).toEqual([404, 404, 404]);
    await work.engine.tick();
    await work.engine.tick();
    const expired = (await work.engine.published()).filter(({ type }) => type === 'acl.expired');
    expect(expired).toMatchObject([{ data: { ended: [{ principal: { id: 'worker' }, level: 'write' }] } }]);
  });

  it('ends at once when it is revoked, with everything delegated from it', async () => {
    const entry = await work.grant(id, 'worker', 'write', { delegate: { max_depth: 2 } });
    const handedOn = await work.ask('worker', 'POST', `/intents/${id}/delegate`, { agent_id: 'helper' });
    expect(handedOn).toMatchObject({
      status: 201,
      body: { delegated_from: entry, delegate: { max_depth: 1 } },
    });
    expect((await levelsOf('helper'))[0]).toBe(200);
    expect((await work.ask('creator', 'DELETE', `/intents/${id}/acl/entries/${entry}`)).status).toBe(204);
    for (const as of ['worker', 'helper']) expect(await levelsOf(as)).toEqual([404, 404, 404]);
    expect((await work.ask('creator', 'DELETE', `/intents/${id}/acl/entries/${entry}`)).status).toBe(404);
  });

  it('is no more than who delegates it holds', async () => {
    await work.grant(id, 'worker', 'read', { delegate: { max_depth: 1 } });
    const more = { agent_id: 'helper', permission: 'write' };
    expect(await work.ask('worker', 'POST', `/intents/${id}/delegate`, more)).toMatchObject({
      status: 403,
      body: { error: 'forbidden', required_permission: 'write', current_permission: 'read' },
    });
    const same = { agent_id: 'helper', permission: 'read', payload: { do: 'it' } };
    expect((await work.ask('worker', 'POST', `/intents/${id}/delegate`, same)).status).toBe(201);
    const further = await work.ask('helper', 'POST', `/intents/${id}/delegate`, { agent_id: 'creator' });
    expect(further.status).toBe(403);
  });
});

describe('an entry that may be handed on to some and not with everything', () => {
  const delegate = { max_depth: 2, to: ['helper'], permission: 'read' };
  const handOn = (as: string, agent_id: string, permission: string) =>
    work.ask(as, 'POST', `/intents/${id}/delegate`, { agent_id, permission });

  it('is shown with these limits, and refuses others', async () => {
    await work.grant(id, 'worker', 'write', { delegate });
    const { body } = await work.ask('creator', 'GET', `/intents/${id}/acl`);
    expect(body.entries).toMatchObject([{ principal_id: 'worker', delegate }]);
    expect((await handOn('worker', 'stranger', 'read')).status).toBe(403);
    expect((await handOn('worker', 'helper', 'write')).status).toBe(403);
    expect(await handOn('worker', 'helper', 'read')).toMatchObject({
      status: 201,
      body: { delegate: { ...delegate, max_depth: 1 } },
    });
    expect((await handOn('helper', 'stranger', 'read')).status).toBe(403);
  });

  it.each([
    [{ max_depth: 1, to: [] }, '/delegate/to'],
    [{ max_depth: 1, to: [''] }, '/delegate/to/0'],
    [{ max_depth: 1, permission: 'delegate' }, '/delegate/permission'],
    [{ to: ['helper'] }, '/delegate/max_depth'],
  ])('is refused where its limits say nothing that is known: %o', async (wrong, pointer) => {
    const body = { principal_id: 'worker', permission: 'read', delegate: wrong };
    const answer = await work.ask('creator', 'POST', `/intents/${id}/acl/entries`, body);
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ pointer }] } });
  });
});

describe('a list', () => {
  it('shows the own entries with write, and nothing with read', async () => {
    await work.grant(id, 'worker', 'write');
    await work.grant(id, 'helper', 'read');
    const { body } = await work.ask('worker', 'GET', `/intents/${id}/acl`);
    expect((body.entries as { principal_id: string }[]).map((one) => one.principal_id)).toEqual(['worker']);
    expect((await work.ask('helper', 'GET', `/intents/${id}/acl`)).status).toBe(403);
  });

  it('opens reading to everybody of the organization, or what it says', async () => {
    await work.ask('creator', 'PUT', `/intents/${id}/acl`, { default_policy: 'open' });
    expect(await levelsOf('worker')).toEqual([200, 403, 403]);
    expect((await levelsOf('foreigner'))[0]).toBe(404);
    const open = { default_policy: 'open', default_permission: 'write' };
    await work.ask('creator', 'PUT', `/intents/${id}/acl`, open);
    expect(await levelsOf('worker')).toEqual([200, 201, 403]);
  });

  it('is replaced whole; what is sent back as it was read changes nothing', async () => {
    await work.grant(id, 'worker', 'write', { delegate: { max_depth: 1 }, reason: 'helps' });
    await work.ask('worker', 'POST', `/intents/${id}/delegate`, { agent_id: 'helper' });
    const { body: before } = await work.ask('creator', 'GET', `/intents/${id}/acl`);
    const { intent_id: _, ...list } = before;
    expect(await work.ask('creator', 'PUT', `/intents/${id}/acl`, list)).toEqual({
      status: 200,
      body: before,
    });
    const empty = await work.ask('creator', 'PUT', `/intents/${id}/acl`, { default_policy: 'closed' });
    expect(empty.body.entries).toEqual([]);
    expect((await levelsOf('helper'))[0]).toBe(404);
  });

  it('has a policy: none that is left out or made up', async () => {
    for (const body of [{ entries: [] }, { default_policy: 'maybe' }, {}, { default_policy: null }])
      expect((await work.ask('creator', 'PUT', `/intents/${id}/acl`, body)).status).toBe(400);
  });
});

describe('a namespace', () => {
  it('lets who administers it for a time grant nothing inside it for longer', async () => {
    await work.ask('creator', 'POST', '/namespaces', { namespace: 'finance', description: 'Money' });
    const inside = await work.intent({ namespace: 'finance' });
    const end = isoIn(6_000);
    const admin = { principal_id: 'worker', permission: 'admin' };
    await work.ask('creator', 'POST', '/namespaces/finance/acl/entries', { ...admin, expires_at: end });
    const granted = await work.ask('worker', 'POST', `/intents/${inside}/acl/entries`, admin);
    expect(granted.status).toBe(201);
    expect(Date.parse(String(granted.body.expires_at))).toBe(Date.parse(end));
  });

  it('has the same list, which answers where those of its intents leave it open', async () => {
    await work.ask('creator', 'POST', '/namespaces', { namespace: 'finance', description: 'Money' });
    const inside = await work.intent({ namespace: 'finance' });
    expect((await work.ask('worker', 'GET', `/intents/${inside}`)).status).toBe(404);
    const entry = { principal_id: 'worker', permission: 'write' };
    const granted = await work.ask('creator', 'POST', '/namespaces/finance/acl/entries', entry);
    expect(granted).toMatchObject({ status: 201, body: { namespace: 'finance' } });
    expect((await work.ask('worker', 'GET', `/intents/${inside}`)).status).toBe(200);
    expect((await work.ask('worker', 'GET', '/namespaces/finance')).body).toMatchObject({
      namespace: 'finance',
      description: 'Money',
    });
    await work.ask('creator', 'PUT', `/intents/${inside}/acl`, { default_policy: 'closed' });
    expect((await work.ask('worker', 'GET', `/intents/${inside}`)).status).toBe(404);
  });

  it('is made once, and only who may write in it makes intents there', async () => {
    const body = { namespace: 'finance' };
    expect((await work.ask('creator', 'POST', '/namespaces', body)).status).toBe(201);
    for (const as of ['creator', 'worker'])
      expect((await work.ask(as, 'POST', '/namespaces', body)).status).toBe(409);
    const made = await work.ask('worker', 'POST', '/intents', { title: 't', ...body });
    expect(made.status).toBe(404);
    expect((await work.ask('worker', 'GET', '/namespaces')).body).toEqual({ items: [], next: null });
  });
});
