import { beforeEach, describe, expect, it } from 'vitest';
import { startWork, type Work } from '../testing/work.ts';

const HOUR = 3_600_000;

let work: Work;
let id: string;
beforeEach(async () => {
  work = await startWork();
  id = await work.intent();
});

describe('what is handed on', () => {
  it('O-DEL-2: is no more than who delegates it holds', async () => {
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

  it('O-DEL-1: says who has it of whom, what, until when, and takes no terms that nobody would keep', async () => {
    const expires_at = new Date(work.engine.clock.nowMs() + HOUR).toISOString().replace('Z', '+00:00');
    const entry = await work.grant(id, 'worker', 'write', { delegate: { max_depth: 1 } });
    const body = { agent_id: 'helper', permission: 'write', expires_at };
    for (const more of [
      { scope: { intents: [id], actions: ['read'] } },
      { constraints: { max_cost: 5, requires_approval: ['delete-file'] } },
      { delegator: 'creator' },
    ]) {
      const answer = await work.ask('worker', 'POST', `/intents/${id}/delegate`, { ...body, ...more });
      const pointer = `/${Object.keys(more)[0]}`;
      expect(answer).toMatchObject({ status: 400, body: { errors: [{ pointer }] } });
    }
    const { body: made } = await work.ask('worker', 'POST', `/intents/${id}/delegate`, body);
    expect(made).toMatchObject({
      ...{ granted_by: 'worker', principal_id: 'helper', intent_id: id, permission: 'write', expires_at },
      ...{ delegated_from: entry, delegate: null },
    });
  });

  it('O-DEL-6: is about this work intent alone', async () => {
    const child = await work.intent({ parent_intent_id: id });
    const before = await work.intent();
    const after = await work.intent({ depends_on: [child, before] });
    await work.grant(child, 'worker', 'write', { delegate: { max_depth: 1 } });
    const handedOn = { agent_id: 'helper', permission: 'write' };
    expect((await work.ask('worker', 'POST', `/intents/${child}/delegate`, handedOn)).status).toBe(201);
    const told = await work.ask('helper', 'POST', `/intents/${child}/events`, { event_type: 'comment' });
    expect(told.status).toBe(201);
    for (const other of [id, before, after])
      expect((await work.ask('helper', 'GET', `/intents/${other}`)).status).toBe(404);
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
