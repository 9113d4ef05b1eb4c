import { type ProblemCode, problem, problemSchemas } from '@countersign/contracts';
import { describe, expect, it } from 'vitest';
import { mount } from '../route/mount.ts';
import { everything, readable } from '../testing/test-routes.ts';
import { PEOPLE, testServer } from '../testing/test-server.ts';
import type { ServerOptions } from './create-server.ts';

function serverWith(options: Partial<ServerOptions> = {}) {
  const server = testServer(options);
  mount(server.app, readable, () => ({ status: 200, body: { ok: true } }));
  mount(server.app, everything, () => ({ status: 200, body: { echo: null } }));
  return server;
}

describe('authentication', () => {
  it.each([
    ['no header', undefined, 'Bearer realm="countersign"'],
    ['another scheme', 'Basic Y3M6Y3M=', 'Bearer realm="countersign"'],
    ['no key behind the scheme', 'Bearer ', 'Bearer realm="countersign"'],
    ['two keys', 'Bearer cs_reader cs_agent', 'Bearer realm="countersign"'],
    ['a key of nobody', 'Bearer cs_nobody', 'Bearer realm="countersign", error="invalid_token"'],
    ['a name of the prototype', 'Bearer __proto__', 'Bearer realm="countersign", error="invalid_token"'],
  ])('answers 401 to %s', async (_name, authorization, challenge) => {
    const { app, refused } = serverWith({
      authenticate: (key) => (Object.hasOwn(PEOPLE, key) ? (PEOPLE[key] ?? null) : null),
    });
    const answer = await app.inject({ url: '/v1/readable', headers: authorization ? { authorization } : {} });
    expect(answer.statusCode).toBe(401);
    expect(answer.headers['www-authenticate']).toBe(challenge);
    problemSchemas.unauthenticated.parse(answer.json());
    expect(refused).toEqual([{ code: 'unauthenticated', route: 'GET /v1/readable', principal: null }]);
  });

  it('takes the scheme in any case', async () => {
    const { app } = serverWith();
    const answer = await app.inject({ url: '/v1/readable', headers: { authorization: 'bearer cs_reader' } });
    expect(answer.statusCode).toBe(200);
  });

  it('may take its time, and sees the other headers', async () => {
    const { ask } = serverWith({
      authenticate: async (key, headers) =>
        headers['countersign-organization'] === 'other'
          ? problem('forbidden', 'only the owner of the installation names an organization')
          : (PEOPLE[key] ?? null),
    });
    expect((await ask({ url: '/v1/readable' })).statusCode).toBe(200);
    const other = await ask({ url: '/v1/readable', headers: { 'countersign-organization': 'other' } });
    expect(other.json()).toMatchObject({ status: 403, code: 'forbidden' });
  });

  it('that fails is an outage, not a refusal', async () => {
    const { ask, logs } = serverWith({ authenticate: () => Promise.reject(new Error('directory is gone')) });
    expect((await ask({ url: '/v1/readable' })).json()).toMatchObject({ status: 503, code: 'unavailable' });
    expect(logs.text()).toContain('directory is gone');
  });

  it('covers routes that nobody declared, and unknown paths', async () => {
    const { app } = serverWith();
    app.get('/forgotten', () => 'inside');
    for (const url of ['/forgotten', '/v1/nothing', '/']) {
      expect((await app.inject({ url })).json()).toMatchObject({ status: 401 });
    }
  });

  it('comes before the body is read', async () => {
    const { app } = serverWith();
    const payload = 'x'.repeat(300_000);
    const headers = { 'content-type': 'application/json' };
    const answer = await app.inject({ method: 'POST', url: '/v1/things/abc/parts', headers, payload });
    expect(answer.statusCode).toBe(401);
  });
});

describe('what is no route', () => {
  it('is 404 for an unknown path, under no made-up label', async () => {
    const { ask, answered, refused } = serverWith();
    const answer = await ask({ url: '/v1/nothing?x=1' });
    problemSchemas.not_found.parse(answer.json());
    expect(answered).toMatchObject([{ route: 'unknown', status: 404 }]);
    expect(refused).toMatchObject([{ route: 'unknown', code: 'not_found', principal: { id: 'reader' } }]);
  });

  it.each([
    ['DELETE', '/v1/readable', 'GET'],
    ['PUT', '/v1/things/abc/parts', 'POST'],
    ['HEAD', '/v1/readable', 'GET'],
    ['OPTIONS', '/v1/readable?x=1', 'GET'],
  ] as const)('is 405 for %s on %s', async (method, url, allow) => {
    const { ask } = serverWith();
    const answer = await ask({ method, url });
    expect([answer.statusCode, answer.headers.allow]).toEqual([405, allow]);
    if (method !== 'HEAD') expect(problemSchemas.not_found.parse(answer.json()).status).toBe(405);
  });

  it.each(['/v1/things/%zz/parts', '/v1/things/%ff'])(
    'is a problem where %s is no path, which only who has a key is told',
    async (url) => {
      const { app, ask, answered, refused } = serverWith();
      expect((await app.inject({ method: 'POST', url })).json()).toMatchObject({ status: 401 });
      const answer = await ask({ method: 'POST', url });
      problemSchemas.invalid_request.parse(answer.json());
      expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
      expect(refused).toMatchObject([
        { code: 'unauthenticated', route: 'unknown', principal: null },
        { code: 'invalid_request', route: 'unknown', principal: { id: 'reader' } },
      ]);
      expect(answered.every(({ durationMs }) => durationMs >= 0)).toBe(true);
    },
  );

  it('is not an id that is too long: its route says what is wrong with it, to who has a key', async () => {
    const { app, ask } = serverWith();
    const url = `/v1/things/${'A'.repeat(10_000)}/parts`;
    expect((await app.inject({ method: 'POST', url })).statusCode).toBe(401);
    const answer = await ask({ method: 'POST', url });
    const { errors } = problemSchemas.invalid_request.parse(answer.json());
    expect(errors).toContainEqual({ pointer: '/path/id', detail: 'must be letters' });
  });
});

describe('bodies', () => {
  const url = '/v1/things/abc/parts';
  const good = '{"name":"bolt","size":3}';

  it.each([
    ['application/json', 200],
    ['application/json; charset=utf-8', 200],
    ['APPLICATION/JSON;charset="UTF-8"', 200],
    ['application/json; charset=latin1', 415],
    ['application/json; charset=utf-8; profile=x', 415],
    ['application/problem+json', 415],
    ['application/jsonx', 415],
    ['text/plain', 415],
    ['multipart/form-data; boundary=x', 415],
    ['nonsense', 415],
  ])('of type %s: %d', async (contentType, status) => {
    const { post } = serverWith();
    const answer = await post(url, good, { 'content-type': contentType });
    expect(answer.statusCode).toBe(status);
    if (status === 415) problemSchemas.unsupported_media_type.parse(answer.json());
  });

  it('that are compressed are 415, whether or not they are', async () => {
    const { post } = serverWith();
    const answer = await post(url, good, { 'content-encoding': 'gzip' });
    expect(problemSchemas.unsupported_media_type.parse(answer.json()).detail).toContain('Content-Encoding');
  });

  it('without a type are 415', async () => {
    const { ask } = serverWith();
    const answer = await ask({ method: 'POST', url, payload: Buffer.from(good) });
    expect(answer.statusCode).toBe(415);
  });

  it('are taken up to the limit and refused beyond it', async () => {
    const { post } = serverWith();
    const bodyOf = (bytes: number) =>
      `{"name":"${'x'.repeat(bytes - '{"name":"","size":3}'.length)}","size":3}`;
    expect((await post(url, bodyOf(256 * 1024))).statusCode).toBe(200);
    const answer = await post(url, bodyOf(256 * 1024 + 1));
    expect(problemSchemas.too_large.parse(answer.json()).detail).toContain('262144 bytes');
  });

  it.each<[string, string | Buffer, ProblemCode]>([
    ['not UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), 'malformed_json'],
    ['cut off', '{"name":"bolt"', 'malformed_json'],
    ['too deep', `{"name":${'['.repeat(40)}${']'.repeat(40)},"size":3}`, 'invalid_request'],
    ['with a key of the prototype', '{"name":"x","size":1,"__proto__":{"admin":true}}', 'invalid_request'],
  ])('that are %s are 400', async (_name, payload, code) => {
    const { post } = serverWith();
    problemSchemas[code].parse((await post(url, payload)).json());
  });
});
