import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { type Ask, WRITE, accessWorld as world } from './testing/access-world.ts';
import type { Asked } from './testing/installed.ts';

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
