import { problem } from '@countersign/contracts';
import { describe, expect, it } from 'vitest';
import { everything, readable } from '../testing/test-routes.ts';
import { testServer } from '../testing/test-server.ts';
import { mount } from './mount.ts';

const THING = '/v1/things/abc/parts';
const BODY = '{"name":"bolt","size":3}';
const OPEN = { ...readable, operationId: 'open', path: '/open', open: true } as const;

/** A server whose disk is behind until it is released. */
function serverBehind() {
  const disk = Promise.withResolvers<void>();
  const server = testServer({ whenDurable: () => disk.promise });
  const { app } = server;
  mount(app, readable, async () => ({ status: 200, body: { ok: true } }));
  mount(app, { ...readable, path: '/v1/at-once' }, () => ({ status: 200, body: { ok: true } }));
  mount(app, { ...readable, path: '/v1/nothing' }, () => problem('not_found', 'there is no such thing'));
  mount(app, everything, () => ({ status: 200, body: { echo: null } }));
  mount(
    app,
    { ...everything, path: '/v1/durable/{id}' },
    async ({ body }) =>
      body.size > 0
        ? { status: 200, body: { echo: null } }
        : problem('already_exists', 'it was made by others'),
    { answersDurably: true },
  );
  mount(app, { ...readable, path: '/v1/behind' }, () => problem('overloaded', 'the ledger is behind'));
  mount(app, OPEN, () => ({ status: 200, body: { ok: true } }));
  return { ...server, disk };
}

/** The status of an answer that has come by itself; `null` while it waits. */
async function statusNow(answering: Promise<{ readonly statusCode: number }>): Promise<number | null> {
  let status: number | null = null;
  void answering.then(({ statusCode }) => {
    status = statusCode;
  });
  for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
  return status;
}

describe('while what is known is not durable', () => {
  it.each([
    ['a reading', 200, { url: '/v1/readable' }],
    ['a reading from memory', 200, { url: '/v1/at-once' }],
    ['a refusal', 404, { url: '/v1/nothing' }],
    ['a command', 200, { method: 'POST', url: THING, payload: BODY }],
    [
      'a refusal where answers are durable',
      409,
      { method: 'POST', url: '/v1/durable/abc', payload: '{"name":"bolt","size":0}' },
    ],
  ] as const)('%s is not answered, and is when it has become so', async (_, status, request) => {
    const { ask, disk } = serverBehind();
    const answering = ask({ ...request, headers: { 'content-type': 'application/json' } });
    expect(await statusNow(answering)).toBeNull();
    disk.resolve();
    expect((await answering).statusCode).toBe(status);
  });

  it('what answers durably by itself, what needs no key and an outage are answered', async () => {
    const { app, ask, post } = serverBehind();
    expect(await statusNow(ask({ url: '/v1/behind' }))).toBe(503);
    expect(await statusNow(post('/v1/durable/abc', BODY))).toBe(200);
    expect(await statusNow(app.inject({ url: '/open' }))).toBe(200);
  });

  it('a disk that fails gives no answer away', async () => {
    const { ask, disk } = serverBehind();
    const answering = ask({ url: '/v1/readable' });
    disk.reject(new Error('no space left on /dev/vdb'));
    const answer = await answering;
    expect(answer.json()).toMatchObject({ status: 503, code: 'unavailable' });
    expect(answer.body).not.toContain('vdb');
  });
});
