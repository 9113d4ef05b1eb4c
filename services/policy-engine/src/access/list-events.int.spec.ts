import type { JsonObject } from '@countersign/event-sourcing';
import { beforeEach, describe, expect, it } from 'vitest';
import { startWork, type Work } from '../testing/work.ts';

const HOUR = 3_600_000;

let work: Work;
let id: string;
beforeEach(async () => {
  work = await startWork();
  id = await work.intent();
});

const isoIn = (ms: number) => new Date(work.engine.clock.nowMs() + ms).toISOString().replace('Z', '+00:00');
const entries = (path = '') => `/intents/${id}/acl/entries${path}`;

/** What its creator, or who is named, reads of what happened to the list; the newest first. */
async function happened(as = 'creator', of = id) {
  const { body } = await work.ask(as, 'GET', `/intents/${of}/events`);
  const events = body as unknown as { event_type: string; actor: string; payload: JsonObject }[];
  return events
    .filter(({ event_type }) => event_type.startsWith('access_'))
    .map(({ event_type, actor, payload }) => [event_type, actor, payload]);
}

const worker = { principal_id: 'worker', principal_type: 'agent' };
const helper = { principal_id: 'helper', principal_type: 'agent' };

describe('access_granted', () => {
  it("has what OpenIntent's RFC says, and by whom, whatever the body says", async () => {
    const expires_at = isoIn(HOUR);
    const body = { ...worker, permission: 'write', reason: 'helps', expires_at };
    const granted = await work.ask('creator', 'POST', entries(), body);
    expect(await happened()).toEqual([
      [
        'access_granted',
        'creator',
        { ...worker, entry_id: granted.body.id, permission: 'write', reason: 'helps', expires_at },
      ],
    ]);
  });

  it('is told of a delegation, by who handed it on', async () => {
    await work.grant(id, 'worker', 'write', { delegate: { max_depth: 1 } });
    await work.ask('worker', 'POST', `/intents/${id}/delegate`, { agent_id: 'helper', reason: 'busy' });
    expect((await happened())[0]).toMatchObject([
      'access_granted',
      'worker',
      { ...helper, permission: 'read', reason: 'busy', expires_at: null },
    ]);
  });

  it('O-EP-2: is told of each entry that a replaced list is new with, access_revoked of each that it drops', async () => {
    const dropped = await work.grant(id, 'helper', 'write');
    const kept = await work.grant(id, 'stays', 'read');
    const before = (await happened()).length;
    const { body: acl } = await work.ask('creator', 'PUT', `/intents/${id}/acl`, {
      default_policy: 'closed',
      entries: [
        { principal_id: 'stays', permission: 'read' },
        { ...worker, permission: 'write', reason: 'helps', granted_by: 'somebody-else' },
      ],
    });
    const [, fresh] = acl.entries as { id: string; granted_by: string }[];
    expect(fresh?.granted_by).toBe('creator');
    const told = await happened();
    expect(told.slice(0, -before)).toMatchObject([
      [
        'access_granted',
        'creator',
        {
          action: 'acl_set',
          default_policy: 'closed',
          entries: [{ entry_id: kept }, { entry_id: fresh?.id }],
        },
      ],
      [
        'access_granted',
        'creator',
        { ...worker, entry_id: fresh?.id, permission: 'write', reason: 'helps', expires_at: null },
      ],
      [
        'access_revoked',
        'creator',
        { ...helper, entry_id: dropped, previous_permission: 'write', reason: null },
      ],
    ]);
    // Who got in by the list reads of itself, as of an entry of its own.
    expect((await happened('worker')).map(([, , payload]) => payload)).toMatchObject([worker]);
  });

  it('O-INH-1: is told of each entry that a child begins with', async () => {
    await work.grant(id, 'worker', 'write', { expires_at: isoIn(HOUR) });
    await work.grant(id, 'helper', 'read');
    const child = await work.intent({ parent_intent_id: id, inherit_access: true });
    expect(await happened('creator', child)).toMatchObject([
      ['access_granted', 'creator', { ...worker, permission: 'write', expires_at: isoIn(HOUR) }],
      ['access_granted', 'creator', { ...helper, permission: 'read', expires_at: null }],
    ]);
  });

  it('keeps no reason that was erased', async () => {
    await work.ask('creator', 'PUT', `/intents/${id}/acl`, {
      default_policy: 'closed',
      entries: [{ ...worker, permission: 'write', reason: 'helps' }],
    });
    await work.engine.vault.destroy({ organization: 'acme', subject: 'creator' });
    const [, granted] = await happened();
    expect(granted).toMatchObject(['access_granted', 'creator', { ...worker, reason: { erased: true } }]);
  });
});

describe('access_revoked', () => {
  it('O-EP-4: says who lost what, and why, and the same of what was delegated from it', async () => {
    const entry = await work.grant(id, 'worker', 'write', { delegate: { max_depth: 1 } });
    await work.ask('worker', 'POST', `/intents/${id}/delegate`, { agent_id: 'helper' });
    const revoked = await work.ask('creator', 'DELETE', entries(`/${entry}`), { reason: 'has left' });
    expect(revoked).toEqual({ status: 204, body: {} });
    expect((await happened()).slice(0, 2)).toMatchObject([
      [
        'access_revoked',
        'creator',
        { ...worker, entry_id: entry, previous_permission: 'write', reason: 'has left' },
      ],
      ['access_revoked', 'creator', { ...helper, previous_permission: 'read', reason: 'has left' }],
    ]);
    const stored = (await work.engine.published()).filter(({ type }) => type === 'acl.revoked');
    expect(JSON.stringify(stored.map(({ data }) => data))).not.toContain('has left');
  });

  it('O-EP-4: is of an entry of this list, by who may end it', async () => {
    const entry = await work.grant(id, 'worker', 'write');
    const other = await work.intent();
    expect((await work.ask('creator', 'DELETE', `/intents/${other}/acl/entries/${entry}`)).status).toBe(404);
    await work.grant(id, 'helper', 'write');
    expect(await work.ask('helper', 'DELETE', entries(`/${entry}`))).toMatchObject({
      status: 403,
      body: { required_permission: 'admin', current_permission: 'write' },
    });
    expect((await work.ask('worker', 'GET', `/intents/${id}`)).status).toBe(200);
    expect((await happened()).map(([type]) => type)).toEqual(['access_granted', 'access_granted']);
  });

  it('O-EP-4: needs no reason, and takes nothing else', async () => {
    const entry = await work.grant(id, 'worker', 'write');
    const other = await work.ask('creator', 'DELETE', entries(`/${entry}`), { because: 'x' });
    expect(other).toMatchObject({ status: 400, body: { errors: [{ pointer: '/because' }] } });
    expect((await work.ask('creator', 'DELETE', entries(`/${entry}`))).status).toBe(204);
    expect((await happened())[0]).toMatchObject(['access_revoked', 'creator', { reason: null }]);
  });
});

describe('access_expired', () => {
  it('O-ACL-6: is told once an entry has run out, which counts as none from that moment on', async () => {
    await work.grant(id, 'worker', 'write', { expires_at: isoIn(HOUR) });
    const reads = async () => (await work.ask('worker', 'GET', `/intents/${id}`)).status;
    work.engine.clock.advance(HOUR - 1);
    expect(await reads()).toBe(200);
    work.engine.clock.advance(1);
    expect(await reads()).toBe(404);
    // Absent: there is room for another entry, recorded or not.
    expect((await work.ask('creator', 'POST', entries(), worker)).status).toBe(201);
    await work.engine.tick();
    await work.engine.tick();
    expect((await happened())[0]).toMatchObject([
      'access_expired',
      'countersign',
      { ...worker, previous_permission: 'write' },
    ]);
    expect(await reads()).toBe(200);
  });
});
