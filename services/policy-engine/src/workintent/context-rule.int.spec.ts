import type { JsonObject } from '@countersign/event-sourcing';
import { beforeEach, describe, expect, it } from 'vitest';
import { startWork, type Work } from '../testing/work.ts';

let work: Work;
let id: string;
let parent: string;
let dependency: string;
beforeEach(async () => {
  work = await startWork();
  parent = await work.intent({ title: 'Parent' });
  dependency = await work.intent({ title: 'Before', state: { working: 1 } });
  const state = { project_name: 'Blue', deadline: null, secret: 'hush' };
  id = await work.intent({ parent_intent_id: parent, depends_on: [dependency], state });
  await work.grant(id, 'worker', 'write', { delegate: { max_depth: 1 } });
  for (const other of [parent, dependency]) await work.grant(other, 'helper', 'read');
  const handedOn = { agent_id: 'helper', permission: 'read', payload: { do: 'it' } };
  await work.ask('worker', 'POST', `/intents/${id}/delegate`, handedOn);
});

const put = (context: unknown, as = 'creator') =>
  work.ask(as, 'PUT', `/intents/${id}/context-rule`, { context } as JsonObject);
const contextFor = async (as: string) => (await work.ask(as, 'GET', `/intents/${id}/context`)).body;
const setEvents = async () =>
  (await work.engine.published()).filter(({ type }) => type === 'workintent.context_set');

const NOTHING = {
  delegated_by: null,
  payload: null,
  state: null,
  parent: null,
  dependencies: [],
  events: [],
  acl: null,
  peers: [],
};

describe('the rule for the context of a work intent', () => {
  it('is auto until it is set, by who administers it', async () => {
    const rule = await work.ask('creator', 'GET', `/intents/${id}/context-rule`);
    expect(rule).toMatchObject({ status: 200, body: { context: 'auto' } });
    expect((await put('none', 'worker')).status).toBe(403);
    expect((await work.ask('worker', 'GET', `/intents/${id}/context-rule`)).status).toBe(403);
    expect((await put('none', 'stranger')).status).toBe(404);
    expect((await put('none', 'foreigner')).status).toBe(404);
    expect(await setEvents()).toEqual([]);
  });

  it('none shows nothing of what is around', async () => {
    const before = await contextFor('helper');
    expect(before).toMatchObject({ delegated_by: 'worker', parent: { id: parent }, state: null });
    expect(await put('none')).toMatchObject({ status: 200, body: { context: 'none' } });
    for (const [as, my_permission] of [
      ['helper', 'read'],
      ['worker', 'write'],
      ['creator', 'admin'],
    ] as const)
      expect(await contextFor(as)).toEqual({ ...NOTHING, intent_id: id, my_permission });
    await put('auto');
    expect(await contextFor('helper')).toEqual(before);
  });

  it.each([
    ['parent', ['parent']],
    ['dependencies', ['dependencies']],
    ['peers', ['peers']],
    ['events', ['events']],
    ['acl', []],
    ['delegated_by', ['delegated_by', 'payload']],
  ])('a list with %s shows that alone, no more of it than the level allows', async (part, fields) => {
    const whole = await contextFor('helper');
    await put([part]);
    const shown = Object.fromEntries(fields.map((field) => [field, whole[field]]));
    expect(await contextFor('helper')).toEqual({
      ...NOTHING,
      intent_id: id,
      my_permission: 'read',
      ...(shown as object),
    });
  });

  it('a list shows the own entries to who may write, as before', async () => {
    await put(['acl']);
    expect((await contextFor('worker')).acl).toMatchObject([{ principal_id: 'worker' }]);
    expect((await contextFor('creator')).acl).toHaveLength(2);
  });

  it('inject shows the entries of the state that it names, and nothing else', async () => {
    await put({ inject: ['project_name', 'deadline', 'missing'] });
    const shown = { ...NOTHING, state: { project_name: 'Blue', deadline: null } };
    expect(await contextFor('helper')).toEqual({ ...shown, intent_id: id, my_permission: 'read' });
    const patches = [{ op: 'set', path: 'deadline', value: 'today' }];
    expect((await work.change('creator', `/intents/${id}/state`, 1, { patches })).status).toBe(200);
    expect((await contextFor('helper')).state).toEqual({ project_name: 'Blue', deadline: 'today' });
    expect((await work.ask('stranger', 'GET', `/intents/${id}/context`)).status).toBe(404);
  });

  it('is an event with its names sealed, and the same again is none', async () => {
    await put({ inject: ['project_name', 'deadline', 'deadline'] });
    const again = await put({ inject: ['deadline', 'project_name'] });
    expect(again.body).toEqual({ context: { inject: ['deadline', 'project_name'] } });
    const [event, ...more] = await setEvents();
    expect(more).toEqual([]);
    expect(event?.data).toMatchObject({ intent_id: id, mode: 'inject', parts: [], by: { id: 'creator' } });
    expect(JSON.stringify(event?.data)).not.toContain('project_name');
  });

  it('injects nothing once its names are erased', async () => {
    await put({ inject: ['project_name'] }, 'owner');
    expect((await contextFor('helper')).state).toEqual({ project_name: 'Blue' });
    await work.engine.vault.destroy({ organization: 'acme', subject: 'owner' });
    expect((await contextFor('helper')).state).toEqual({});
  });

  it.each([
    ['everything', '/context'],
    [[], '/context'],
    [['secrets'], '/context/0'],
    [{ inject: 'project_name' }, '/context/inject'],
    [{ inject: [''] }, '/context/inject/0'],
    [{ inject: ['a'], parts: ['acl'] }, '/context/parts'],
    [null, '/context'],
  ])('is refused where it says nothing that is known: %o', async (context, pointer) => {
    const { status, body } = await put(context);
    expect(status).toBe(400);
    expect(body.errors).toMatchObject([{ pointer }]);
  });
});
