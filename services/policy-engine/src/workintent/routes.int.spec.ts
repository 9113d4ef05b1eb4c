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

describe('a work intent', () => {
  it('is answered in the shape that clients read', async () => {
    const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00$/);
    expect((await work.ask('creator', 'GET', `/intents/${id}`)).body).toEqual({
      id,
      title: 'Interop',
      description: 'd',
      created_by: 'creator',
      namespace: null,
      parent_id: null,
      parent_intent_id: null,
      depends_on: [],
      constraints: { rules: ['r'] },
      state: { progress: 0 },
      status: 'draft',
      confidence: 0,
      version: 1,
      governance_policy: null,
      created_at: time,
      updated_at: time,
    });
  });

  it('O-INT-1: is changed at its version, and says which one it is at', async () => {
    const changed = await work.change('creator', `/intents/${id}/state`, 1, set('progress', 0.5));
    expect(changed).toMatchObject({ status: 200, body: { version: 2, state: { progress: 0.5 } } });
    const late = await work.change('creator', `/intents/${id}/state`, 1, set('progress', 1));
    expect(late).toMatchObject({ status: 409, body: { error: 'version_conflict', current_version: 2 } });
    expect(JSON.stringify(late.body)).not.toMatch(/lease/i);
    const active = await work.change('creator', `/intents/${id}/status`, 2, { status: 'active' });
    expect(active).toMatchObject({ status: 200, body: { version: 3, status: 'active' } });
    const wrong = await work.change('creator', `/intents/${id}/status`, 3, { status: 'draft' });
    expect([wrong.status, wrong.body.error]).toEqual([400, 'invalid_request']);
  });

  it('O-INT-1: takes PATCH as well, and needs If-Match', async () => {
    const url = `/api/v1/intents/${id}`;
    const match = { 'if-match': '"1"' };
    const patched = await work.engine.request('PATCH', `${url}/state`, set('a', 1), 'creator', match);
    expect(patched).toMatchObject({ status: 200, body: { version: 2 } });
    const active = { status: 'active' };
    for (const [method, path, body] of [
      ['POST', 'state', set('a', 2)],
      ['PATCH', 'state', set('a', 2)],
      ['POST', 'status', active],
      ['PATCH', 'status', active],
    ] as const) {
      const answer = await work.ask('creator', method, `/intents/${id}/${path}`, body);
      expect(answer).toMatchObject({ status: 400, body: { errors: [{ pointer: '/headers/if-match' }] } });
    }
  });

  it('says which patch does not fit, and changes nothing', async () => {
    const patches = [
      { op: 'set', path: 'ok', value: 1 },
      { op: 'append', path: 'progress', value: 1 },
    ];
    const answer = await work.change('creator', `/intents/${id}/state`, 1, { patches });
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ pointer: '/patches/1' }] } });
    expect((await work.ask('creator', 'GET', `/intents/${id}`)).body).toMatchObject({
      state: { progress: 0 },
    });
  });

  it('stays in no text of its events in the clear', async () => {
    await work.change('creator', `/intents/${id}/state`, 1, set('secret', 'hush'));
    const published = JSON.stringify((await work.engine.published()).map(({ data }) => data));
    for (const text of ['Interop', 'progress', 'hush']) expect(published).not.toContain(text);
  });
});

describe('after the erasure of who wrote it', () => {
  const erased = { erased: true };

  it('an intent is still there, without its texts, and its state is final', async () => {
    await work.grant(id, 'worker', 'write', { reason: 'helps' });
    await work.engine.vault.destroy({ organization: 'acme', subject: 'creator' });
    expect((await work.ask('worker', 'GET', `/intents/${id}`)).body).toMatchObject({
      title: erased,
      constraints: erased,
      state: erased,
      status: 'draft',
      version: 1,
    });
    expect((await work.change('worker', `/intents/${id}/state`, 1, set('a', 1))).status).toBe(400);
    const { body: list } = await work.ask('creator', 'GET', `/intents/${id}/acl`);
    expect(list.entries).toMatchObject([{ principal_id: 'worker', permission: 'write', reason: erased }]);
    const { body: events } = await work.ask('creator', 'GET', `/intents/${id}/events`);
    expect(typesOf(events)).toEqual(['access_granted', 'intent_created']);
  });
});

describe('the list of work intents', () => {
  it('holds those that one may read', async () => {
    const other = await work.intent({}, 'worker');
    const idsFor = async (as: string, query = '') =>
      ((await work.ask(as, 'GET', `/intents${query}`)).body.intents as { id: string }[]).map((one) => one.id);
    expect(await idsFor('worker')).toEqual([other]);
    await work.grant(id, 'worker', 'read');
    expect(await idsFor('worker')).toEqual([id, other]);
    expect(await idsFor('worker', '?limit=1&offset=1')).toEqual([other]);
    expect(await idsFor('worker', '?status=active')).toEqual([]);
    expect(await idsFor('foreigner')).toEqual([]);
    expect(await idsFor('owner')).toEqual([id, other]);
  });
});

describe('large work intents and events', () => {
  /** Everything of a list that is gone through by its offset, and how many came at a time. */
  const through = async (path: string, items: (body: JsonObject) => readonly JsonObject[]) => {
    const ids: unknown[] = [];
    const lengths: number[] = [];
    for (;;) {
      const answer = await work.ask('creator', 'GET', `${path}?limit=1000&offset=${ids.length}`);
      const part = items(answer.body);
      if (part.length === 0) return { ids, lengths };
      ids.push(...part.map((one) => one.id));
      lengths.push(part.length);
    }
  };
  const LARGE = { text: 'x'.repeat(210_000) };

  it('come in parts that together are all', async () => {
    const made = [id];
    for (let n = 0; n < 22; n += 1) made.push(await work.intent({ constraints: LARGE }));
    const { ids, lengths } = await through('/intents', ({ intents }) => intents as JsonObject[]);
    expect([...ids].sort()).toEqual(made.sort());
    expect(lengths).toEqual([11, 10, 2]);
  });

  it('are told, the newest first', async () => {
    const told: unknown[] = [];
    for (let n = 0; n < 12; n += 1) {
      const event = { event_type: 'comment', payload: LARGE };
      told.unshift((await work.ask('creator', 'POST', `/intents/${id}/events`, event)).body.id);
    }
    const { ids, lengths } = await through(
      `/intents/${id}/events`,
      (body) => body as unknown as readonly JsonObject[],
    );
    expect(ids.slice(0, -1)).toEqual(told);
    expect(lengths).toEqual([10, 3]);
  });
});

describe('events', () => {
  const eventsFor = async (as: string, query = '') =>
    (await work.ask(as, 'GET', `/intents/${id}/events${query}`)).body;

  it('are what was told and what happened, the newest first', async () => {
    const told = await work.ask('creator', 'POST', `/intents/${id}/events`, {
      event_type: 'comment',
      actor: 'somebody-else',
      payload: { note: 'hello' },
    });
    expect(told.body).toMatchObject({ actor: 'creator', payload: { note: 'hello' } });
    await work.change('creator', `/intents/${id}/state`, 1, set('a', 1));
    await work.change('creator', `/intents/${id}/status`, 2, { status: 'active', reason: 'Go' });
    await work.grant(id, 'worker', 'read', { reason: 'helps' });
    const events = (await eventsFor('creator')) as unknown as JsonObject[];
    expect(typesOf(events)).toEqual([
      'access_granted',
      'status_changed',
      'state_patched',
      'comment',
      'intent_created',
    ]);
    expect(events[0]?.payload).toMatchObject({ principal_id: 'worker', permission: 'read', reason: 'helps' });
    expect(events[1]?.payload).toEqual({ from: 'draft', to: 'active', version: 3, reason: 'Go' });
    expect(events[3]).toEqual(told.body);
    expect(typesOf(await eventsFor('creator', '?event_type=comment&limit=5'))).toEqual(['comment']);
    const since = encodeURIComponent(String(events[0]?.created_at));
    expect(await eventsFor('creator', `?since=${since}`)).toEqual([]);
  });

  it('of the access list are shown as far as the list is', async () => {
    const entry = await work.grant(id, 'worker', 'write');
    await work.grant(id, 'helper', 'read');
    await work.ask('creator', 'DELETE', `/intents/${id}/acl/entries/${entry}`);
    await work.grant(id, 'worker', 'write');
    const named = async (as: string) =>
      ((await eventsFor(as)) as unknown as { payload: JsonObject }[]).flatMap(
        ({ payload }) => payload.principal_id ?? [],
      );
    expect(await named('creator')).toEqual(['worker', 'worker', 'helper', 'worker']);
    expect(await named('worker')).toEqual(['worker', 'worker', 'worker']);
    expect(await named('helper')).toEqual([]);
  });

  it('O-HIT-10: that only the system tells can not be forged', async () => {
    for (const event_type of [
      ...['access_request_approved', 'access_granted', 'status_changed', 'made_up'],
      ...['intent.suspended', 'intent.resumed', 'intent.suspension_expired', 'engagement.decision'],
    ]) {
      const answer = await work.ask('creator', 'POST', `/intents/${id}/events`, { event_type });
      expect(answer.status).toBe(400);
    }
  });
});

describe('an agent', () => {
  it('that is disabled gets nowhere', async () => {
    await work.grant(id, 'helper', 'write');
    expect((await work.ask('helper', 'GET', `/intents/${id}`)).status).toBe(200);
    await work.engine.upstream.disableAgent('helper');
    expect((await work.ask('helper', 'GET', `/intents/${id}`)).status).toBe(404);
    expect((await work.ask('helper', 'POST', '/intents', { title: 't' })).status).toBe(403);
  });
});

describe('a work intent with a key', () => {
  const keyed = (work: Work, key: string, body: JsonObject, as = 'creator') =>
    work.engine.request('POST', '/api/v1/intents', body, as, { 'idempotency-key': key });

  it('is made once by each caller, and answered as it stands', async () => {
    const body = { title: 'First', constraints: { a: 1, b: [0] }, state: { progress: 0 } };
    const first = await keyed(work, 'workflow/x/y', body);
    expect(first.status).toBe(201);
    await work.change('creator', `/intents/${first.body.id}/state`, 1, set('progress', 1));
    const again = { state: { progress: 0 }, constraints: { b: [-0], a: 1 }, title: 'First' };
    expect(await keyed(work, 'workflow/x/y', again)).toMatchObject({
      status: 200,
      body: { id: first.body.id, state: { progress: 1 }, version: 2 },
    });
    const others = await keyed(work, 'workflow/x/y', body, 'worker');
    expect(others.status).toBe(201);
    expect(others.body.id).not.toBe(first.body.id);
  });

  it('is refused to another body', async () => {
    const body = { title: 'First', parent_intent_id: id };
    const { body: made } = await keyed(work, 'k', body);
    for (const other of [
      { title: 'Second' },
      { description: 'more' },
      { constraints: { a: 1 } },
      { state: { a: 1 } },
      { depends_on: [id] },
      { parent_intent_id: await work.intent() },
      { inherit_access: true },
    ]) {
      const answer = await keyed(work, 'k', { ...body, ...other });
      const detail = 'the key was used with another body; a new work intent takes a new key';
      const refusal = { error: 'idempotency_conflict', message: detail, detail, intent_id: made.id };
      expect([other, answer.status, answer.body]).toEqual([other, 409, refusal]);
      expect(JSON.stringify(answer.body)).not.toMatch(/lease/i);
    }
  });

  it('stands for what was erased, as far as it can not be compared', async () => {
    const { body } = await keyed(work, 'k', { title: 'First' });
    await work.engine.vault.destroy({ organization: 'acme', subject: 'creator' });
    expect(await keyed(work, 'k', { title: 'First' })).toMatchObject({ status: 200, body: { id: body.id } });
    expect((await keyed(work, 'k', { title: 'First', depends_on: [id] })).status).toBe(409);
  });

  it('is of one body, whichever of several at the same time', async () => {
    const answers = await Promise.all(['a', 'b', 'c', 'd'].map((title) => keyed(work, 'k', { title })));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409]);
  });

  it('is made once, however many ask at the same time', async () => {
    const { engine } = await startWork();
    const answers = await Promise.all(
      Array.from({ length: 6 }, () =>
        engine.request('POST', '/api/v1/intents', { title: 'Once' }, 'creator', {
          'idempotency-key': 'once',
        }),
      ),
    );
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    expect(answers.every(({ status }) => status === 200 || status === 201)).toBe(true);
  });
});
