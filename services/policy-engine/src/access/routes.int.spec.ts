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
  it('O-ACL-1, O-ACL-5, O-INH-2: is there for its creator and nobody else while nobody says more', async () => {
    expect(await levelsOf('creator')).toEqual([200, 201, 200]);
    for (const as of ['worker', 'viewer', 'developer', 'foreigner', 'stranger'])
      expect(await levelsOf(as)).toEqual([404, 404, 404]);
  });

  it('O-EP-10: is not told apart, where it is hidden, from one that is not there', async () => {
    const nowhere = '019a5b0e-7c1a-7d3e-9f00-2b6c1d4e8a11';
    const paths = [
      ['GET', ''],
      ['GET', '/acl'],
      ['GET', '/context'],
      ['GET', '/events'],
      ['POST', '/delegate', { agent_id: 'helper' }],
      ['DELETE', `/acl/entries/${nowhere}`],
    ] as const;
    for (const [method, path, body] of paths) {
      const [hidden, missing] = await Promise.all(
        [id, nowhere].map((one) => work.ask('worker', method, `/intents/${one}${path}`, body)),
      );
      expect([path, hidden]).toEqual([path, missing]);
      expect(hidden).toMatchObject({ status: 404, body: { error: 'not_found' } });
    }
  });

  it('O-EP-1: has a list that is closed and empty, until somebody is let in', async () => {
    expect(await work.ask('creator', 'GET', `/intents/${id}/acl`)).toEqual({
      status: 200,
      body: { intent_id: id, default_policy: 'closed', default_permission: 'read', entries: [] },
    });
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

  it('O-EP-9: says what is missing, and where to ask for it', async () => {
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
  it('O-EP-1, O-EP-3: is answered in the shape that clients read, and shown with its reason', async () => {
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

  it('O-EP-3: is one for each principal, of an agent that reads unless it says more', async () => {
    const first = await work.ask('creator', 'POST', `/intents/${id}/acl/entries`, { principal_id: 'worker' });
    expect(first).toMatchObject({ status: 201, body: { principal_type: 'agent', permission: 'read' } });
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
  ])('O-EP-3: is refused where it says nothing that is known: %o', async (body, pointer) => {
    const answer = await work.ask('creator', 'POST', `/intents/${id}/acl/entries`, body);
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ pointer }] } });
  });

  it('O-EP-3: is refused when it would be over', async () => {
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

  it('O-EP-4, O-DEL-4: ends at once when it is revoked, with everything delegated from it', async () => {
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
});

describe('a list', () => {
  it('shows the own entries with write, and nothing with read', async () => {
    await work.grant(id, 'worker', 'write');
    await work.grant(id, 'helper', 'read');
    const { body } = await work.ask('worker', 'GET', `/intents/${id}/acl`);
    expect((body.entries as { principal_id: string }[]).map((one) => one.principal_id)).toEqual(['worker']);
    expect((await work.ask('helper', 'GET', `/intents/${id}/acl`)).status).toBe(403);
  });

  it('O-ACL-2, O-ACL-4: opens reading to everybody of the organization, or what it says, and closed nothing', async () => {
    await work.ask('creator', 'PUT', `/intents/${id}/acl`, { default_policy: 'open' });
    expect(await levelsOf('worker')).toEqual([200, 403, 403]);
    expect((await levelsOf('foreigner'))[0]).toBe(404);
    const open = { default_policy: 'open', default_permission: 'write' };
    await work.ask('creator', 'PUT', `/intents/${id}/acl`, open);
    expect(await levelsOf('worker')).toEqual([200, 201, 403]);
    await work.ask('creator', 'PUT', `/intents/${id}/acl`, { default_policy: 'closed' });
    expect(await levelsOf('worker')).toEqual([404, 404, 404]);
  });

  it('O-EP-2: is replaced whole; what is sent back as it was read changes nothing', async () => {
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

  it('O-ACL-8, O-EP-2: has a policy: none that is left out or made up', async () => {
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

  it('O-INH-3, O-EP-9: has the same list, which answers where those of its intents leave it open', async () => {
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
    const refused = await work.ask('worker', 'PUT', '/namespaces/finance/acl', { default_policy: 'open' });
    expect(refused).toMatchObject({
      status: 403,
      body: {
        ...{ required_permission: 'admin', current_permission: 'write' },
        access_request_url: '/api/v1/namespaces/finance/access-requests',
      },
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
