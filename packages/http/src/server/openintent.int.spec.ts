import { openIntentError, problem, problemSchemas } from '@countersign/contracts';
import { describe, expect, it } from 'vitest';
import { mount } from '../route/mount.ts';
import { everything, readable } from '../testing/test-routes.ts';
import { testServer } from '../testing/test-server.ts';

const intents = { ...readable, path: '/api/v1/intents' } as const;
const parts = { ...everything, path: '/api/v1/intents/{id}/parts' } as const;

function serverWith() {
  const server = testServer();
  mount(server.app, intents, () => ({ status: 200, body: { ok: true } }));
  mount(server.app, readable, () => ({ status: 200, body: { ok: true } }));
  mount(server.app, parts, () =>
    problem('version_conflict', 'it is at version 3 by now', { current_version: 3 }),
  );
  return server;
}

const url = '/api/v1/intents';

describe("under OpenIntent's paths", () => {
  it.each([
    [{ 'x-api-key': 'cs_reader' }, 200],
    [{ 'x-api-key': 'cs_reader', 'x-agent-id': 'reader' }, 200],
    [{ authorization: 'Bearer cs_reader', 'x-agent-id': 'reader' }, 200],
    [{ 'x-api-key': 'cs_reader', 'x-agent-id': 'invoices' }, 403],
    [{ 'x-agent-id': 'reader' }, 401],
    [{ 'x-api-key': 'cs_nobody' }, 401],
    [{ 'x-api-key': 'cs_reader cs_agent' }, 401],
    // A key in the usual place is the one that counts.
    [{ authorization: 'Bearer cs_nobody', 'x-api-key': 'cs_reader' }, 401],
  ])('O-EP-11: %o is answered with %s', async (headers, status) => {
    const { app } = serverWith();
    expect((await app.inject({ url, headers })).statusCode).toBe(status);
  });

  it('alone a key may come in X-API-Key, and a name counts', async () => {
    const { app } = serverWith();
    const alone = await app.inject({ url: '/v1/readable', headers: { 'x-api-key': 'cs_reader' } });
    expect(alone.statusCode).toBe(401);
    const named = { authorization: 'Bearer cs_reader', 'x-agent-id': 'invoices' };
    expect((await app.inject({ url: '/v1/readable', headers: named })).statusCode).toBe(200);
  });

  it.each([
    ['GET', '/api/v1/intents', {}, 401, 'unauthenticated'],
    ['GET', '/api/v1/nothing', { 'x-api-key': 'cs_reader' }, 404, 'not_found'],
    ['POST', '/api/v1/intents', { 'x-api-key': 'cs_reader' }, 405, 'not_found'],
    ['POST', '/api/v1/intents/a/parts', { 'x-api-key': 'cs_reader' }, 400, 'invalid_request'],
    ['GET', '/api/v1/intents/%ff', {}, 401, 'unauthenticated'],
    ['GET', '/api/v1/intents/%ff', { 'x-api-key': 'cs_reader' }, 400, 'invalid_request'],
    ['POST', `/api/v1/intents/${'a'.repeat(300)}/parts`, {}, 401, 'unauthenticated'],
  ] as const)('%s %s is refused in its words', async (method, address, headers, status, error) => {
    const { app, refused } = serverWith();
    const answer = await app.inject({ method, url: address, headers });
    expect(answer.statusCode).toBe(status);
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
    const body = openIntentError.parse(answer.json());
    expect(body).toMatchObject({ error, message: body.detail });
    expect(refused).toMatchObject([{ code: error }]);
  });

  it('says what its clients read of a conflict', async () => {
    const { app } = serverWith();
    const answer = await app.inject({
      method: 'POST',
      url: '/api/v1/intents/a/parts',
      headers: { 'x-api-key': 'cs_reader', 'content-type': 'application/json' },
      payload: JSON.stringify({ name: 'a', size: 1 }),
    });
    expect(answer.statusCode).toBe(409);
    expect(answer.json()).toEqual({
      error: 'version_conflict',
      message: 'it is at version 3 by now',
      detail: 'it is at version 3 by now',
      current_version: 3,
    });
  });

  it('answers a problem to who asks for one', async () => {
    const { app } = serverWith();
    const answer = await app.inject({ url, headers: { accept: 'application/problem+json' } });
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    problemSchemas.unauthenticated.parse(answer.json());
  });
});
