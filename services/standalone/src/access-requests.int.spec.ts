import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { type Asked, type Installed, install } from './testing/installed.ts';

type Ask = (method: 'GET' | 'PUT' | 'POST' | 'DELETE', path: string, body?: object) => Promise<Asked>;

/** An installation with a work intent of the agent `maker`, and keys of `maker`, `worker` and the operator `olga`. */
async function world(environment: Record<string, string> = {}) {
  const installed = await install(environment);
  await installed.installation.start();
  const owner: Ask = (method, path, body) => installed.ask(method, path, 'owner', body);
  for (const id of ['maker', 'worker']) await owner('PUT', `/v1/agents/${id}`, { owner: 'owner' });
  for (const id of ['olga', 'nina'])
    await owner('PUT', `/v1/users/${id}`, {
      roles: [{ scope: { organization: 'default' }, role: 'operator' }],
    });
  const maker = await keyFor(installed, 'agent', 'maker');
  const made = await maker('POST', '/api/v1/intents', { title: 'Secret', description: '' });
  expect(made.status).toBe(201);
  const intent = `/api/v1/intents/${made.body.id}`;
  return {
    ...{ installed, owner, maker, intent, id: made.body.id as string },
    worker: await keyFor(installed, 'agent', 'worker'),
    olga: await keyFor(installed, 'user', 'olga'),
    nina: await keyFor(installed, 'user', 'nina'),
  };
}

async function keyFor(installed: Installed, kind: string, id: string): Promise<Ask> {
  const made = await installed.ask('POST', '/v1/keys', 'owner', { principal: { kind, id } });
  return (method, path, body) => installed.ask(method, path, made.body.key, body);
}

const WRITE = { requested_permission: 'write', reason: 'I can help', capabilities: ['research'] };

describe('a request for access', () => {
  it('needs no right, is granted by the one who administers it, and can be used when that is answered', async () => {
    const { intent, id, worker, maker } = await world();
    expect((await worker('GET', intent)).status).toBe(404);
    const asked = await worker('POST', `${intent}/access-requests`, {
      ...WRITE,
      ...{ principal_id: 'somebody-else', principal_type: 'user' },
    });
    expect(asked).toMatchObject({
      status: 201,
      body: {
        ...{ intent_id: id, principal_id: 'worker', principal_type: 'agent', status: 'pending' },
        ...{ reason: 'I can help', capabilities: ['research'], decided_by: null },
      },
    });
    expect(asked.body.created_at).toMatch(/\+00:00$/);
    const ours = await maker('GET', '/v1/access-requests');
    expect(ours.body.items).toMatchObject([{ id: asked.body.id, created_at: expect.stringMatching(/Z$/) }]);
    const listed = await maker('GET', `${intent}/access-requests`);
    expect(listed.body.access_requests).toEqual([asked.body]);
    const approved = await maker('POST', `${intent}/access-requests/${asked.body.id}/approve`, {
      ...{ decided_by: 'somebody-else', permission: 'read', reason: 'for reading' },
    });
    expect(approved).toMatchObject({
      status: 200,
      body: {
        ...{ status: 'approved', decided_by: 'maker', decision_reason: 'for reading', permission: 'read' },
        decision: { outcome: 'approved', decided_by: 'approver' },
      },
    });
    expect((await worker('GET', intent)).status).toBe(200);
    const acl = await maker('GET', `${intent}/acl`);
    expect(acl.body.entries).toMatchObject([
      { id: approved.body.entry_id, principal_id: 'worker', permission: 'read', granted_by: 'maker' },
    ]);
  });

  it('is told among the events of its work intent, to who administers it alone', async () => {
    const { intent, worker, maker } = await world();
    const path = `${intent}/access-requests`;
    const first = (await worker('POST', path, WRITE)).body.id;
    await maker('POST', `${path}/${first}/approve`, { permission: 'read', reason: 'for reading' });
    const second = (await worker('POST', path, WRITE)).body.id;
    await maker('POST', `${path}/${second}/deny`, { reason: 'no' });
    const { body: events } = await maker('GET', `${intent}/events`);
    const asked = { principal_id: 'worker', principal_type: 'agent', requested_permission: 'write' };
    expect(events.slice(0, -1)).toMatchObject([
      {
        ...{ event_type: 'access_request_denied', actor: 'maker' },
        payload: { ...asked, request_id: second, reason: 'no' },
      },
      {
        ...{ event_type: 'access_requested', actor: 'worker' },
        payload: { ...asked, request_id: second, reason: 'I can help', capabilities: ['research'] },
      },
      { event_type: 'access_granted', payload: { permission: 'read', reason: 'for reading' } },
      {
        ...{ event_type: 'access_request_approved', actor: 'maker' },
        payload: { ...asked, request_id: first, permission: 'read', reason: 'for reading' },
      },
      { event_type: 'access_requested', actor: 'worker', payload: { ...asked, request_id: first } },
    ]);
    const { body: shown } = await worker('GET', `${intent}/events`);
    expect(shown.map((one: { event_type: string }) => one.event_type)).toEqual(['intent_created']);
  });

  it('is one at a time, however many are sent at once, and can be asked anew after an answer', async () => {
    const { intent, worker, maker } = await world();
    const path = `${intent}/access-requests`;
    const answers = await Promise.all(Array.from({ length: 8 }, () => worker('POST', path, WRITE)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(7).fill(409)]);
    const first = answers.find(({ status }) => status === 201)?.body.id;
    expect((await maker('POST', `${path}/${first}/deny`, { reason: 'no' })).status).toBe(200);
    const again = await worker('POST', path, WRITE);
    expect(again.status).toBe(201);
    expect(again.body.id).not.toBe(first);
    const states = (await maker('GET', path)).body.access_requests.map(
      (one: { status: string }) => one.status,
    );
    expect(states).toEqual(['pending', 'denied']);
  });

  it('is decided once', async () => {
    const { intent, worker, maker } = await world();
    const { id } = (await worker('POST', `${intent}/access-requests`, WRITE)).body;
    const path = `${intent}/access-requests/${id}`;
    const denied = await maker('POST', `${path}/deny`, { decided_by: 'x', reason: 'no' });
    expect(denied).toMatchObject({ status: 200, body: { status: 'denied', decision_reason: 'no' } });
    for (const verb of ['approve', 'deny'])
      expect(await maker('POST', `${path}/${verb}`, {})).toMatchObject({
        status: 410,
        body: { error: 'already_decided' },
      });
    expect((await worker('GET', intent)).status).toBe(404);
  });

  it('is denied, whoever approves, once who asked is disabled or stopped', async () => {
    const { intent, owner, worker, maker } = await world();
    const { id } = (await worker('POST', `${intent}/access-requests`, WRITE)).body;
    expect((await owner('POST', '/v1/agents/worker/disable', { reason: 'odd' })).status).toBe(200);
    expect(await maker('POST', `${intent}/access-requests/${id}/approve`, {})).toMatchObject({
      status: 200,
      body: { status: 'denied', decision: { decided_by: 'deny_rule' } },
    });
    expect((await maker('GET', `${intent}/acl`)).body.entries).toEqual([]);
  });

  it('is decided by nobody who may not: who asked, outsiders, and by no other address', async () => {
    const { intent, worker, maker, olga } = await world();
    const { id } = (await worker('POST', `${intent}/access-requests`, WRITE)).body;
    const path = `${intent}/access-requests/${id}/approve`;
    expect(await worker('POST', path, {})).toMatchObject({ status: 403, body: { error: 'self_approval' } });
    expect((await olga('POST', path, {})).status).toBe(404);
    expect((await olga('GET', `${intent}/access-requests`)).status).toBe(404);
    const other = await maker('POST', '/api/v1/intents', { title: 'Other', description: '' });
    const elsewhere = `/api/v1/intents/${other.body.id}/access-requests/${id}/approve`;
    expect((await maker('POST', elsewhere, {})).status).toBe(404);
    await maker('POST', `${intent}/acl/entries`, {
      ...{ principal_id: 'olga', principal_type: 'user', permission: 'read' },
    });
    expect(await olga('POST', path, {})).toMatchObject({
      status: 403,
      body: { required_permission: 'admin', current_permission: 'read' },
    });
    expect(await maker('POST', path, { permission: 'admin' })).toMatchObject({
      status: 400,
      body: { error: 'invalid_request' },
    });
    expect((await worker('GET', intent)).status).toBe(404);
  });

  it('is about something that there is', async () => {
    const { worker } = await world();
    const nowhere = '/api/v1/intents/019a5b0e-7c1a-7d3e-9f00-2b6c1d4e8a11/access-requests';
    expect((await worker('POST', nowhere, WRITE)).status).toBe(404);
    expect((await worker('POST', '/api/v1/namespaces/nowhere/access-requests', WRITE)).status).toBe(404);
  });

  it('is about a namespace as well', async () => {
    const { worker, maker } = await world();
    await maker('POST', '/api/v1/namespaces', { namespace: 'finance' });
    const path = '/api/v1/namespaces/finance/access-requests';
    const asked = await worker('POST', path, WRITE);
    expect(asked).toMatchObject({ status: 201, body: { namespace: 'finance' } });
    expect((await maker('POST', `${path}/${asked.body.id}/approve`, {})).status).toBe(200);
    expect((await worker('GET', '/api/v1/namespaces/finance')).status).toBe(200);
  });

  it('of somebody who is killed or disabled is refused, whatever the review says', async () => {
    const { intent, owner, worker, maker } = await world();
    await maker('PUT', `${intent}/access-review`, { on_request: 'approve', approvers: [], timeout_hours: 4 });
    await owner('POST', '/v1/kill-switches', { scope: 'agent', target: 'worker', reason: 'a test' });
    expect(await worker('POST', `${intent}/access-requests`, WRITE)).toMatchObject({
      status: 201,
      body: { status: 'denied', decision: { outcome: 'denied', decided_by: 'deny_rule' } },
    });
  });
});

describe('an access review', () => {
  it('answers at once, and what it grants can be used', async () => {
    const { intent, worker, maker } = await world();
    const review = { on_request: 'approve', approvers: [], timeout_hours: 4 };
    expect(await maker('PUT', `${intent}/access-review`, review)).toEqual({ status: 200, body: review });
    const asked = await worker('POST', `${intent}/access-requests`, WRITE);
    expect(asked.body).toMatchObject({
      ...{ status: 'approved', decided_by: 'countersign', permission: 'write' },
      decision: { decided_by: 'on_request' },
    });
    expect((await worker('GET', intent)).status).toBe(200);
    await maker('PUT', `${intent}/access-review`, { ...review, on_request: 'deny' });
    const more = await worker('POST', `${intent}/access-requests`, { requested_permission: 'admin' });
    expect(more.body).toMatchObject({ status: 'denied', decision: { decided_by: 'on_request' } });
  });

  it('grants nothing by itself to an agent whose requests always wait', async () => {
    const { intent, owner, worker, maker } = await world();
    await owner('PUT', '/v1/agents/worker/access', { default_permission: null, approval_required: true });
    await maker('PUT', `${intent}/access-review`, { on_request: 'approve', approvers: [], timeout_hours: 4 });
    expect((await worker('POST', `${intent}/access-requests`, WRITE)).body.status).toBe('pending');
  });

  it('lets its approvers decide, with no more than they hold', async () => {
    const { intent, owner, worker, maker, olga, nina } = await world();
    await owner('PUT', '/v1/groups/security-team', { members: [{ kind: 'user', id: 'olga' }] });
    await maker('PUT', `${intent}/access-review`, {
      ...{ on_request: 'defer', approvers: ['security-team'], timeout_hours: 4 },
    });
    await maker('POST', `${intent}/acl/entries`, {
      ...{ principal_id: 'olga', principal_type: 'user', permission: 'read' },
    });
    const { id } = (await worker('POST', `${intent}/access-requests`, WRITE)).body;
    const path = `${intent}/access-requests/${id}/approve`;
    expect((await nina('POST', path, {})).status).toBe(404);
    expect((await olga('POST', path, {})).status).toBe(403);
    const seen = await olga('GET', '/v1/access-requests?status=pending');
    expect(seen.body.items.map((one: { id: string }) => one.id)).toEqual([id]);
    expect(await olga('POST', path, { permission: 'read' })).toMatchObject({
      status: 200,
      body: { decided_by: 'olga', permission: 'read' },
    });
    expect((await worker('GET', intent)).status).toBe(200);
  });

  it('is set and read by who administers it alone', async () => {
    const { intent, worker, maker } = await world();
    const review = { on_request: 'approve', approvers: ['agent:worker'], timeout_hours: 1 };
    expect((await worker('PUT', `${intent}/access-review`, review)).status).toBe(404);
    await maker('POST', `${intent}/acl/entries`, { principal_id: 'worker', permission: 'write' });
    expect((await worker('PUT', `${intent}/access-review`, review)).status).toBe(403);
    expect((await worker('GET', `${intent}/access-review`)).status).toBe(403);
    expect((await maker('GET', `${intent}/access-review`)).body).toEqual({
      ...{ on_request: 'defer', approvers: [], timeout_hours: 24 },
    });
  });
});

describe('what an agent may do by default', () => {
  it('holds where no list speaks of it', async () => {
    const { intent, owner, worker } = await world();
    expect((await worker('GET', intent)).status).toBe(404);
    await owner('PUT', '/v1/agents/worker/access', { default_permission: 'read', approval_required: false });
    expect((await worker('GET', intent)).status).toBe(200);
    await owner('PUT', '/v1/agents/worker/access', { default_permission: null, approval_required: false });
    expect((await worker('GET', intent)).status).toBe(404);
  });
});

describe('a handler of requests for access', () => {
  /** A handler on this machine that answers so; what it was sent. */
  async function handling(answer: string, before: () => Promise<void> = async () => undefined) {
    const sent: { body: string; signature: string }[] = [];
    const server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const signature = String(request.headers['countersign-signature']);
      sent.push({ body: Buffer.concat(chunks).toString(), signature });
      await before();
      response.end(answer);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    return { url, sent, [Symbol.dispose]: () => void server.close() };
  }

  /** Asks and waits until the handlers have been heard. */
  async function settled(ask: Ask, intent: string) {
    const { id } = (await ask('POST', `${intent}/access-requests`, WRITE)).body;
    const path = `/v1/access-requests`;
    for (;;) {
      const found = (await ask('GET', path)).body.items.find((one: { id: string }) => one.id === id);
      if (found.status !== 'pending') return found;
      await new Promise(setImmediate);
    }
  }

  it('is asked first, signed, and its answer counts before the review', async () => {
    using handler = await handling('"approve"');
    const { intent, owner, worker, maker } = await world({ COUNTERSIGN_HANDLERS_ON_LOOPBACK: 'true' });
    await maker('PUT', `${intent}/access-review`, { on_request: 'deny', approvers: [], timeout_hours: 4 });
    const registered = await owner('PUT', '/v1/access-handlers/gatekeeper', { url: handler.url });
    expect(registered).toMatchObject({ status: 201, body: { id: 'gatekeeper', timeout_ms: 5_000 } });
    const decided = await settled(worker, intent);
    expect(decided).toMatchObject({ status: 'approved', decision: { decided_by: 'handler' } });
    const [{ body, signature } = { body: '', signature: '' }] = handler.sent;
    const [, t, mac] = /^t=(\d+),v1=(\w+)$/.exec(signature) ?? [];
    const expected = createHmac('sha256', registered.body.secret).update(`${t}.${body}`).digest('hex');
    expect(mac).toBe(expected);
    expect(JSON.parse(body)).toMatchObject({
      type: 'access_requested',
      reason: 'I can help',
      capabilities: ['research'],
      request: { principal: { kind: 'agent', id: 'worker' }, requested_permission: 'write' },
    });
    expect((await worker('GET', intent)).status).toBe(200);
  });

  it('that denies refuses, whatever the review would have said', async () => {
    using handler = await handling('{"decision":"deny"}');
    const { intent, owner, worker, maker } = await world({ COUNTERSIGN_HANDLERS_ON_LOOPBACK: 'true' });
    await maker('PUT', `${intent}/access-review`, { on_request: 'approve', approvers: [], timeout_hours: 4 });
    await owner('PUT', '/v1/access-handlers/gatekeeper', { url: handler.url });
    expect(await settled(worker, intent)).toMatchObject({
      status: 'denied',
      decision: { decided_by: 'handler' },
    });
    expect((await worker('GET', intent)).status).toBe(404);
  });

  it('grants nothing to an agent that was disabled while it thought', async () => {
    let disabled: Promise<Asked> | undefined;
    const { intent, owner, worker, maker } = await world({ COUNTERSIGN_HANDLERS_ON_LOOPBACK: 'true' });
    using handler = await handling('"approve"', async () => {
      disabled ??= owner('POST', '/v1/agents/worker/disable', { reason: 'odd' });
      expect((await disabled).status).toBe(200);
    });
    await owner('PUT', '/v1/access-handlers/gatekeeper', { url: handler.url });
    const { id } = (await worker('POST', `${intent}/access-requests`, WRITE)).body;
    for (;;) {
      const [found] = (await maker('GET', `${intent}/access-requests`)).body.access_requests;
      if (found.status === 'pending') {
        await new Promise(setImmediate);
        continue;
      }
      expect(found).toMatchObject({ id, status: 'denied', decision: { decided_by: 'deny_rule' } });
      return;
    }
  });

  it('on this machine is not reached unless the installation allows it, and grants nothing', async () => {
    using handler = await handling('"approve"');
    const { intent, owner, worker, maker, installed } = await world();
    await maker('PUT', `${intent}/access-review`, { on_request: 'approve', approvers: [], timeout_hours: 4 });
    await owner('PUT', '/v1/access-handlers/gatekeeper', { url: handler.url });
    const { id } = (await worker('POST', `${intent}/access-requests`, WRITE)).body;
    const { store } = installed.adapters;
    await installed.installation.app.edge.whenDurable();
    const denied = await maker('POST', `${intent}/access-requests/${id}/deny`, {});
    expect(denied.status).toBe(200);
    expect(handler.sent).toEqual([]);
    const types = (await store.read(`accessrequest-${id}`)).map(({ type }) => type);
    expect(types).toEqual(['access-request-opened.v1', 'access-request-denied.v1']);
  });

  it('is registered by who administers users, changed and removed', async () => {
    const { owner, olga } = await world();
    const body = { url: 'https://gatekeeper.example.com/requests', timeout_ms: 1_000 };
    expect((await olga('PUT', '/v1/access-handlers/mine', body)).status).toBe(403);
    const first = await owner('PUT', '/v1/access-handlers/mine', body);
    const second = await owner('PUT', '/v1/access-handlers/mine', { ...body, timeout_ms: 2_000 });
    expect(second).toMatchObject({ status: 200, body: { timeout_ms: 2_000, secret: first.body.secret } });
    const listed = await owner('GET', '/v1/access-handlers');
    expect(listed.body.items).toMatchObject([{ id: 'mine' }]);
    expect(JSON.stringify(listed.body)).not.toContain(first.body.secret);
    expect((await owner('DELETE', '/v1/access-handlers/mine')).status).toBe(204);
    expect((await owner('DELETE', '/v1/access-handlers/mine')).status).toBe(404);
    for (const url of ['ftp://a', 'https://user:pass@example.com/', 'https://example.com/#x', 'example.com'])
      expect((await owner('PUT', '/v1/access-handlers/bad', { url })).status).toBe(400);
  });
});
