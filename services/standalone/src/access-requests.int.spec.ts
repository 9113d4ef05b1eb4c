import { describe, expect, it } from 'vitest';
import { WRITE, accessWorld as world } from './testing/access-world.ts';

describe('a request for access', () => {
  it('O-EP-5, O-EP-7: needs no right, is granted by the one who administers it, and can be used when that is answered', async () => {
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
    for (const waits of ['decided_by', 'decided_at', 'decision_reason']) expect(asked.body[waits]).toBeNull();
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

  it('O-EP-5, O-EP-6: is one at a time, however many are sent at once, and can be asked anew after an answer', async () => {
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

  it('O-EP-7, O-EP-8: is decided once', async () => {
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

  it('O-EP-7, O-EP-9: is decided by nobody who may not: who asked, outsiders, and by no other address', async () => {
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
    const lacks = {
      ...{ error: 'forbidden', required_permission: 'admin', current_permission: 'read' },
      access_request_url: `${intent}/access-requests`,
    };
    expect(await olga('POST', path, {})).toMatchObject({ status: 403, body: lacks });
    expect(await olga('GET', `${intent}/access-review`)).toMatchObject({ status: 403, body: lacks });
    expect(await maker('POST', path, { permission: 'admin' })).toMatchObject({
      status: 400,
      body: { error: 'invalid_request' },
    });
    expect((await worker('GET', intent)).status).toBe(404);
  });

  it('O-EP-10: is about something that there is', async () => {
    const { worker } = await world();
    const nowhere = '/api/v1/intents/019a5b0e-7c1a-7d3e-9f00-2b6c1d4e8a11/access-requests';
    expect((await worker('POST', nowhere, WRITE)).status).toBe(404);
    expect((await worker('POST', '/api/v1/namespaces/nowhere/access-requests', WRITE)).status).toBe(404);
  });

  it.each([
    [{ requested_permission: 'root' }, '/requested_permission'],
    [{ requested_permission: 'delegate' }, '/requested_permission'],
    [{}, '/requested_permission'],
    [{ ...WRITE, grants: ['admin'] }, '/grants'],
  ])('O-EP-5: is for a level that there is: %o', async (body, pointer) => {
    const { intent, worker, maker } = await world();
    const answer = await worker('POST', `${intent}/access-requests`, body);
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ pointer }] } });
    expect((await maker('GET', `${intent}/access-requests`)).body.access_requests).toEqual([]);
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
    expect(await olga('POST', path, {})).toMatchObject({
      status: 403,
      body: { required_permission: 'write', current_permission: 'read' },
    });
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
