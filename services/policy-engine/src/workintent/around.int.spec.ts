import type { JsonObject } from '@countersign/event-sourcing';
import { beforeEach, describe, expect, it } from 'vitest';
import { startWork, type Work } from '../testing/work.ts';

let work: Work;
let id: string;
beforeEach(async () => {
  work = await startWork();
  id = await work.intent({ description: 'd', constraints: { rules: ['r'] }, state: { progress: 0 } });
});

const set = (path: string, value: JsonObject[string]) => ({ patches: [{ op: 'set', path, value }] });
const typesOf = (events: unknown) => (events as { event_type: string }[]).map((one) => one.event_type);

describe('a work intent that depends on others', () => {
  it('O-INT-2: is completed when what it depends on is', async () => {
    const then = await work.intent({ depends_on: [id] });
    await work.change('creator', `/intents/${then}/status`, 1, { status: 'active' });
    const early = await work.change('creator', `/intents/${then}/status`, 2, { status: 'completed' });
    expect(early.status).toBe(400);
    await work.change('creator', `/intents/${id}/status`, 1, { status: 'active' });
    await work.change('creator', `/intents/${id}/status`, 2, { status: 'completed' });
    const done = await work.change('creator', `/intents/${then}/status`, 2, { status: 'completed' });
    expect(done).toMatchObject({ status: 200, body: { status: 'completed' } });
  });

  it('O-INT-2: refers only to what its maker may read, administer or write in', async () => {
    for (const body of [{ depends_on: [id] }, { parent_intent_id: id }])
      expect((await work.ask('worker', 'POST', '/intents', { title: 't', ...body })).status).toBe(404);
    await work.grant(id, 'worker', 'write');
    const child = { title: 't', parent_intent_id: id };
    expect((await work.ask('worker', 'POST', '/intents', child)).status).toBe(403);
    expect((await work.ask('worker', 'POST', '/intents', { title: 't', depends_on: [id] })).status).toBe(201);
  });

  it.each([
    ['draft', []],
    ['active', ['active']],
    ['blocked', ['active', 'blocked']],
    ['abandoned', ['abandoned']],
  ])('O-INT-2: is not completed while one of them is %s', async (_, steps) => {
    const done = await work.intent();
    for (const [at, status] of ['active', 'completed'].entries())
      await work.change('creator', `/intents/${done}/status`, at + 1, { status });
    for (const [at, status] of steps.entries())
      await work.change('creator', `/intents/${id}/status`, at + 1, { status });
    const then = await work.intent({ depends_on: [done, id] });
    await work.change('creator', `/intents/${then}/status`, 1, { status: 'active' });
    const answer = await work.change('creator', `/intents/${then}/status`, 2, { status: 'completed' });
    expect([answer.status, answer.body.error]).toEqual([400, 'invalid_request']);
  });

  it('O-INT-2, O-HIT-9: is never suspended: there is no such status', async () => {
    const suspended = { status: 'suspended_awaiting_input' };
    const answer = await work.change('creator', `/intents/${id}/status`, 1, suspended);
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ pointer: '/status' }] } });
  });

  it('O-INT-2: names them when it is made, and never again, so that nothing goes in a circle', async () => {
    const then = await work.intent({ depends_on: [id] });
    const later = { dependency_id: then, depends_on: [then] };
    expect((await work.ask('creator', 'POST', `/intents/${id}/dependencies`, later)).status).toBe(404);
    for (const method of ['PATCH', 'PUT'] as const)
      expect((await work.ask('creator', method, `/intents/${id}`, later)).status).toBe(405);
    const patched = await work.change('creator', `/intents/${id}/state`, 1, set('depends_on', [then]));
    expect(patched).toMatchObject({ status: 200, body: { depends_on: [] } });
    const unmade = '019a5b0e-7c1a-7d3e-9f00-2b6c1d4e8a11';
    const early = await work.ask('creator', 'POST', '/intents', { title: 't', depends_on: [unmade] });
    expect(early.status).toBe(404);
  });
});

describe('a child', () => {
  it('O-INH-1, O-INH-2: begins with the list of its parent as it is then, if it is to, and with none else', async () => {
    await work.grant(id, 'worker', 'write', { delegate: { max_depth: 1 } });
    await work.ask('worker', 'POST', `/intents/${id}/delegate`, { agent_id: 'helper' });
    const heir = await work.intent({ parent_intent_id: id, inherit_access: true });
    const other = await work.intent({ parent_intent_id: id });
    await work.grant(id, 'late', 'read');
    const { body } = await work.ask('creator', 'GET', `/intents/${heir}/acl`);
    const entries = body.entries as { id: string; principal_id: string; delegated_from: string | null }[];
    expect(entries.map((one) => one.principal_id)).toEqual(['worker', 'helper']);
    expect(entries.map((one) => one.delegated_from)).toEqual([null, entries[0]?.id]);
    expect((await work.ask('worker', 'GET', `/intents/${other}`)).status).toBe(404);
    await work.ask('creator', 'PUT', `/intents/${id}/acl`, { default_policy: 'closed' });
    expect((await work.ask('helper', 'GET', `/intents/${heir}`)).status).toBe(200);
  });
});

describe('the context', () => {
  it('holds no more than the level here and there allows', async () => {
    const parent = await work.intent({ title: 'Parent', state: { secret: 1 } });
    const dependency = await work.intent({ title: 'Before', state: { working: 1 } });
    id = await work.intent({ parent_intent_id: parent, depends_on: [dependency] });
    await work.grant(id, 'worker', 'write', { delegate: { max_depth: 1 } });
    const handedOn = { agent_id: 'helper', permission: 'read', payload: { do: 'it' } };
    await work.ask('worker', 'POST', `/intents/${id}/delegate`, handedOn);
    await work.change('creator', `/intents/${id}/state`, 1, set('a', 1));
    const contextFor = async (as: string) => (await work.ask(as, 'GET', `/intents/${id}/context`)).body;

    expect(await contextFor('helper')).toMatchObject({
      my_permission: 'read',
      delegated_by: 'worker',
      payload: { do: 'it' },
      parent: null,
      dependencies: [],
      acl: null,
      peers: [
        { principal_id: 'creator', principal_type: 'agent' },
        { principal_id: 'worker', principal_type: 'agent' },
      ],
    });
    expect(typesOf((await contextFor('helper')).events)).toEqual(['intent_created']);

    await work.grant(parent, 'worker', 'read');
    await work.grant(dependency, 'worker', 'admin');
    const shown = await contextFor('worker');
    expect(shown).toMatchObject({ my_permission: 'write', delegated_by: null, payload: null });
    expect(shown.parent).toEqual({ id: parent, title: 'Parent', status: 'draft' });
    expect(shown.dependencies).toEqual([
      { id: dependency, title: 'Before', status: 'draft', state: { working: 1 } },
    ]);
    expect(shown.acl).toEqual([{ principal_id: 'worker', principal_type: 'agent', permission: 'write' }]);
    expect(typesOf(shown.events)).toEqual(['state_patched', 'intent_created']);
    expect(shown.peers).toContainEqual({
      principal_id: 'helper',
      principal_type: 'agent',
      permission: 'read',
    });
  });

  /** Each cell of the table in OpenIntent's RFC 11; `attachments` has none here. */
  it.each([
    {
      level: 'read',
      parent: ['id', 'status', 'title'],
      working: ['id', 'status', 'title'],
      final: ['id', 'state', 'status', 'title'],
      events: ['comment', 'intent_created'],
      acl: null,
      peer: ['principal_id', 'principal_type'],
    },
    {
      level: 'write',
      parent: ['id', 'state', 'status', 'title'],
      working: ['id', 'state', 'status', 'title'],
      final: ['id', 'state', 'status', 'title'],
      events: ['comment', 'state_patched', 'intent_created'],
      acl: ['worker'],
      peer: ['permission', 'principal_id', 'principal_type'],
    },
    {
      level: 'admin',
      parent: ['constraints', 'description', 'id', 'state', 'status', 'title'],
      working: ['constraints', 'description', 'id', 'state', 'status', 'title'],
      final: ['constraints', 'description', 'id', 'state', 'status', 'title'],
      events: ['comment', 'access_granted', 'access_granted', 'state_patched', 'intent_created'],
      acl: ['worker', 'helper'],
      peer: ['permission', 'principal_id', 'principal_type'],
    },
  ])('shows with $level on everything what the table says, and nothing else', async (cells) => {
    const [parent, working, final] = [await work.intent(), await work.intent(), await work.intent()];
    for (const [at, status] of ['active', 'completed'].entries())
      await work.change('creator', `/intents/${final}/status`, at + 1, { status });
    id = await work.intent({ parent_intent_id: parent, depends_on: [working, final] });
    await work.change('creator', `/intents/${id}/state`, 1, set('a', 1));
    for (const one of [parent, working, final, id]) await work.grant(one, 'worker', cells.level);
    await work.grant(id, 'helper', 'read');
    await work.ask('creator', 'POST', `/intents/${id}/events`, { event_type: 'comment' });

    const { body } = await work.ask('worker', 'GET', `/intents/${id}/context`);
    const fieldsOf = (shown: unknown) => Object.keys(shown as object).sort();
    const named = (shown: unknown) =>
      (shown as { principal_id: string }[] | null)?.map((one) => one.principal_id) ?? null;
    const [before, done] = body.dependencies as JsonObject[];
    const peers = body.peers as JsonObject[];
    expect({
      level: body.my_permission,
      parent: fieldsOf(body.parent),
      working: fieldsOf(before),
      final: fieldsOf(done),
      events: typesOf(body.events),
      acl: named(body.acl),
      peer: fieldsOf(peers[1]),
    }).toEqual(cells);
    expect(named(peers)).toEqual(['creator', 'helper']);
    const parts = ['acl', 'delegated_by', 'dependencies', 'events', 'parent', 'payload', 'peers', 'state'];
    expect(fieldsOf(body)).toEqual([...parts, 'intent_id', 'my_permission'].sort());
  });

  it('O-ACL-1: says of who made it that it is admin, and is nothing to others while there is no list', async () => {
    const { body } = await work.ask('creator', 'GET', `/intents/${id}/context`);
    expect(body).toMatchObject({ my_permission: 'admin', acl: [], peers: [] });
    expect((await work.ask('worker', 'GET', `/intents/${id}/context`)).status).toBe(404);
  });
});
