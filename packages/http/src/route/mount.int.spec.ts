import { problem, problemSchemas } from '@countersign/contracts';
import { describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { deletable, everything, followable, forbidden, ownCalls, readable } from '../testing/test-routes.ts';
import { testServer } from '../testing/test-server.ts';
import { judged } from './context.ts';
import { mount } from './mount.ts';

const URL_OF_THING = '/v1/things/abc/parts';

function serverWithEverything() {
  const server = testServer();
  mount(server.app, everything, ({ params, query, headers, body, principal }) => ({
    status: 200,
    body: { echo: { params, query, headers, body, principal } },
  }));
  return server;
}

describe('a request that fits', () => {
  it('reaches the handler read by the schemas', async () => {
    const { post } = serverWithEverything();
    const answer = await post(`${URL_OF_THING}?limit=12`, '{"name":"bolt","size":3}', {
      'idempotency-key': 'k1',
    });
    expect(answer.statusCode).toBe(200);
    expect(answer.json().echo).toEqual({
      params: { id: 'abc' },
      query: { limit: 12 },
      headers: { 'idempotency-key': 'k1' },
      body: { name: 'bolt', size: 3 },
      principal: { kind: 'user', id: 'reader', organization: 'acme', keyId: 'key-1' },
    });
  });

  it('is answered as JSON that nobody stores or takes for something else', async () => {
    const { post } = serverWithEverything();
    const { headers } = await post(URL_OF_THING, '{"name":"bolt","size":3}');
    expect(headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  it('may be answered later, with another status and further headers', async () => {
    const { app, post } = testServer();
    mount(app, everything, async () => ({
      status: 201,
      body: { made: 'abc' },
      headers: { location: '/v1/things/abc' },
    }));
    const answer = await post(URL_OF_THING, '{"name":"bolt","size":3}');
    expect([answer.statusCode, answer.headers.location, answer.json()]).toEqual([
      201,
      '/v1/things/abc',
      { made: 'abc' },
    ]);
  });

  it('may be answered with nothing', async () => {
    const { app, ask } = testServer();
    mount(app, deletable, () => ({ status: 204 }));
    const answer = await ask({ method: 'DELETE', url: '/v1/things/x' });
    expect([answer.statusCode, answer.body, answer.headers['content-type']]).toEqual([204, '', undefined]);
  });

  it('is counted once, under its template', async () => {
    const { post, answered, refused } = serverWithEverything();
    await post(URL_OF_THING, '{"name":"bolt","size":3}');
    expect(answered).toEqual([
      { route: 'POST /v1/things/:id/parts', status: 200, durationMs: expect.any(Number) },
    ]);
    expect(answered[0]?.durationMs).toBeGreaterThan(0);
    expect(refused).toEqual([]);
  });
});

describe('a request that does not fit', () => {
  it('is told everything that is wrong, at once', async () => {
    const { post, refused } = serverWithEverything();
    const answer = await post('/v1/things/ABC/parts?limit=x&page=2', '{"name":7,"colour":"red"}', {
      'idempotency-key': 'far too long',
    });
    expect(answer.statusCode).toBe(400);
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    const body = problemSchemas.invalid_request.parse(answer.json());
    expect(body.errors?.map(({ pointer }) => pointer)).toEqual([
      '/path/id',
      '/query/limit',
      '/query/page',
      '/headers/idempotency-key',
      '/name',
      '/size',
      '/colour',
    ]);
    expect(refused).toMatchObject([{ code: 'invalid_request', route: 'POST /v1/things/:id/parts' }]);
    expect(refused[0]?.principal?.id).toBe('reader');
  });

  it('with a parameter given twice says so, beside everything else', async () => {
    const { post } = serverWithEverything();
    const answer = await post(`${URL_OF_THING}?limit=1&limit=2&page=3`, '{"name":"bolt","size":3}');
    expect(answer.json().errors).toMatchObject([
      { pointer: '/query/limit', detail: 'must be given once' },
      { pointer: '/query/page' },
    ]);
  });

  it.each([
    ['no body', undefined, 'invalid_request', ''],
    ['a body of another type', '[]', 'invalid_request', ''],
    ['a duplicate key', '{"name":"a","name":"b","size":1}', 'invalid_request', '/name'],
    ['a number too large', '{"name":"a","size":1e400}', 'invalid_request', '/size'],
    ['no JSON', '{"name":', 'malformed_json', '/name'],
  ])('with %s is a 400', async (_name, payload, code, pointer) => {
    const { post } = serverWithEverything();
    const answer = await post(URL_OF_THING, payload ?? '');
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ code });
    expect(answer.json().errors[0].pointer).toBe(pointer);
  });

  it('gets the code that the route has for its body, unless something else is wrong too', async () => {
    const { app, post } = testServer();
    mount(app, { ...everything, invalidBody: 'plan_invalid' }, () => ({ status: 200, body: { echo: 1 } }));
    expect((await post(URL_OF_THING, '{}')).json()).toMatchObject({ status: 422, code: 'plan_invalid' });
    expect((await post(`${URL_OF_THING}?x=1`, '{}')).json()).toMatchObject({ code: 'invalid_request' });
    expect((await post(URL_OF_THING, '')).json()).toMatchObject({ code: 'invalid_request' });
  });

  it('is told what its schema and what its judge finds at once, the judge seeing what fits alone', async () => {
    const { app, post } = testServer();
    const seen: unknown[] = [];
    const known = judged(everything, ({ params, body, principal }) => {
      seen.push([params.id, body, principal.id]);
      return body.name === 'bolt' ? [] : [{ pointer: '/name', detail: 'is nothing that there is' }];
    });
    mount(app, known, ({ body }) => ({ status: 200, body: { echo: body.size } }));
    const both = await post(URL_OF_THING, '{"name":"nut","size":1.5,"__proto__x":1}');
    expect(both.json()).toMatchObject({ status: 400, code: 'invalid_request' });
    expect(both.json().errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual([
      '/size',
      '/__proto__x',
      '/name',
    ]);
    expect((await post(URL_OF_THING, '{"name":"nut","size":1}')).json()).toMatchObject({
      errors: [{ pointer: '/name', detail: 'is nothing that there is' }],
    });
    expect((await post(URL_OF_THING, '{"name":"bolt","size":1}')).json()).toEqual({ echo: 1 });
    expect(seen).toEqual([
      ['abc', { name: 'nut' }, 'reader'],
      ['abc', { name: 'nut', size: 1 }, 'reader'],
      ['abc', { name: 'bolt', size: 1 }, 'reader'],
    ]);
    // What else is wrong hides nothing of it.
    const everywhere = await post('/v1/things/A1/parts?limit=x', '{"name":"nut","size":1.5}');
    expect(everywhere.json().errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual([
      '/path/id',
      '/query/limit',
      '/size',
      '/name',
    ]);
    expect(seen.at(-1)).toEqual([undefined, { name: 'nut' }, 'reader']);
    // What is no object has no field that fits.
    expect((await post(URL_OF_THING, '[]')).statusCode).toBe(400);
    expect(seen.at(-1)).toEqual(['abc', {}, 'reader']);
  });

  it('is told what a judge of the whole finds where the schema finds nothing, a hundred errors at most', async () => {
    const { app, post } = testServer();
    const found = (count: number) =>
      Array.from({ length: count }, (_, index) => ({ pointer: `/${index}`, detail: 'is odd' }));
    const judge = vi.fn(() => [{ pointer: '/size', detail: 'is no size' }, ...found(1)]);
    mount(app, judged(everything, judge), () => ({ status: 200, body: { echo: 1 } }));
    const wrong = { name: 'bolt', size: 1.5 };
    expect((await post(URL_OF_THING, JSON.stringify(wrong))).json().errors).toEqual([
      { pointer: '/size', detail: 'must be an integer' },
      { pointer: '/0', detail: 'is odd' },
    ]);
    expect(judge).toHaveBeenCalledWith(expect.objectContaining({ written: wrong }));
    judge.mockImplementation(() => found(500));
    expect((await post(URL_OF_THING, JSON.stringify(wrong))).json().errors).toHaveLength(100);
  });

  it('may leave out a body of POST all of whose fields may be left out, with or without a type', async () => {
    const { app, ask, post } = testServer();
    const order = {
      ...readable,
      method: 'POST',
      path: '/v1/orders',
      body: z.strictObject({ speed: z.int().default(3), note: z.string().optional() }),
      responses: { 200: z.object({ speed: z.int() }) },
    } as const;
    mount(app, order, ({ body }) => ({ status: 200, body: { speed: body.speed } }));
    mount(app, { ...order, method: 'PUT' }, ({ body }) => ({ status: 200, body: { speed: body.speed } }));
    expect((await ask({ method: 'POST', url: '/v1/orders' })).json()).toEqual({ speed: 3 });
    expect((await post('/v1/orders', '')).json()).toEqual({ speed: 3 });
    expect((await post('/v1/orders', '{"speed":4}')).json()).toEqual({ speed: 4 });
    expect((await post('/v1/orders', 'null')).statusCode).toBe(400);
    // What puts something in the place of what is there says with what.
    expect((await ask({ method: 'PUT', url: '/v1/orders' })).statusCode).toBe(400);
  });

  it('may not bring a query or a body where the route takes none', async () => {
    const { app, ask } = testServer();
    mount(app, readable, () => ({ status: 200, body: { ok: true } }));
    mount(app, deletable, () => ({ status: 204 }));
    const query = await ask({ url: '/v1/readable?verbose=1' });
    expect(query.json()).toMatchObject({ status: 400, errors: [{ pointer: '/query/verbose' }] });
    const headers = { 'content-type': 'application/json' };
    const body = await ask({ method: 'DELETE', url: '/v1/things/x', headers, payload: '{}' });
    expect(body.json()).toMatchObject({
      status: 400,
      errors: [{ pointer: '', detail: 'this operation takes no body' }],
    });
  });
});

describe('permissions', () => {
  it('lets in who has the permission', async () => {
    const { app, ask } = testServer();
    mount(app, readable, () => ({ status: 200, body: { ok: true } }));
    expect((await ask({ url: '/v1/readable' })).statusCode).toBe(200);
  });

  it('names the permission that is missing', async () => {
    const { app, ask } = testServer();
    mount(app, forbidden, () => ({ status: 200, body: { ok: true } }));
    const answer = await ask({ url: '/v1/forbidden' });
    expect(answer.json()).toMatchObject({
      status: 403,
      code: 'forbidden',
      required_permission: 'manage_keys',
    });
  });

  it('lets agents see their own calls without it, and people not', async () => {
    const { app, ask } = testServer();
    mount(app, ownCalls, () => ({ status: 200, body: { ok: true } }));
    const asAgent = await ask({ url: '/v1/own-calls', headers: { authorization: 'Bearer cs_agent' } });
    expect(asAgent.statusCode).toBe(200);
    expect((await ask({ url: '/v1/own-calls' })).statusCode).toBe(403);
  });

  it('may be held in a project alone where the route says so', async () => {
    const { app, ask } = testServer({ allows: (_, __, where) => where === 'anywhere' });
    mount(app, { ...readable, inProject: true }, () => ({ status: 200, body: { ok: true } }));
    mount(app, forbidden, () => ({ status: 200, body: { ok: true } }));
    expect((await ask({ url: '/v1/readable' })).statusCode).toBe(200);
    expect((await ask({ url: '/v1/forbidden' })).statusCode).toBe(403);
  });

  it('are not all: the plan must have the feature of the route, and gives no permission', async () => {
    const asked: unknown[] = [];
    const { app, ask } = testServer({
      hasFlag: (principal, flag) => {
        asked.push([principal.organization, flag]);
        return flag === 'rbac';
      },
    });
    const ok = () => ({ status: 200, body: { ok: true } }) as const;
    mount(app, { ...readable, flag: 'rbac' }, ok);
    mount(app, { ...readable, path: '/v1/sso', flag: 'sso' }, ok);
    mount(app, { ...forbidden, flag: 'rbac' }, ok);
    expect((await ask({ url: '/v1/readable' })).statusCode).toBe(200);
    const refused = (await ask({ url: '/v1/sso' })).json();
    expect(refused).toMatchObject({ status: 403, code: 'forbidden' });
    expect([refused.detail, refused.required_permission]).toEqual([
      expect.stringContaining('sso'),
      undefined,
    ]);
    expect((await ask({ url: '/v1/forbidden' })).json().required_permission).toBe('manage_keys');
    expect(asked).toEqual([
      ['acme', 'rbac'],
      ['acme', 'sso'],
    ]);
  });

  it('of plans are none where nothing is known of plans', async () => {
    const { app, ask } = testServer();
    mount(app, { ...readable, flag: 'rbac' }, () => ({ status: 200, body: { ok: true } }));
    expect((await ask({ url: '/v1/readable' })).statusCode).toBe(403);
  });

  it('are asked before the body is looked at', async () => {
    const { app, post } = testServer();
    mount(app, { ...everything, permission: 'manage_keys' }, () => ({ status: 200, body: { echo: 1 } }));
    expect((await post(URL_OF_THING, '{"broken')).json()).toMatchObject({ code: 'forbidden' });
  });
});

describe('what a handler answers', () => {
  it('is a problem where it gives one, with its members', async () => {
    const { app, post, refused } = testServer();
    mount(app, everything, () => problem('not_found', 'there is no thing of this id'));
    const answer = await post(URL_OF_THING, '{"name":"bolt","size":3}');
    expect(answer.statusCode).toBe(404);
    expect(problemSchemas.not_found.parse(answer.json()).detail).toBe('there is no thing of this id');
    expect(refused).toMatchObject([{ code: 'not_found' }]);
  });

  it.each([
    ['A-THR-15: a throttle, within the second', problem('throttled', 'slow', { retry_after_ms: 1_200 }), '2'],
    ['A-THR-15: a throttle, at the second', problem('throttled', 'slow', { retry_after_ms: 2_000 }), '3'],
    ['a quota that comes back, rounded up', problem('over_quota', 'used', { retry_after_ms: 1_200 }), '2'],
    ['a quota that never comes back', problem('over_quota', 'used up', { retry_after_ms: null }), '3600'],
    ['an outage', problem('unavailable', 'later'), '1'],
    ['a refusal', problem('denied', 'no'), undefined],
  ])('tells when to come back: %s', async (_name, refusal, retryAfter) => {
    const { app, post } = testServer();
    mount(app, everything, async () => refusal);
    const answer = await post(URL_OF_THING, '{"name":"bolt","size":3}');
    expect([answer.statusCode, answer.headers['retry-after']]).toEqual([refusal.status, retryAfter]);
  });

  it.each([
    ['throws', () => Promise.reject(new Error('secret inside'))],
    [
      'throws before it waits',
      () => {
        throw new Error('secret inside');
      },
    ],
    ['throws something else than an error', () => Promise.reject('secret inside')],
  ])('is `unavailable` without a word of the inside when it %s', async (_name, handler) => {
    const { app, post, logs } = testServer();
    mount(app, everything, handler);
    const answer = await post(URL_OF_THING, '{"name":"bolt","size":3}');
    expect(answer.json()).toMatchObject({ status: 503, code: 'unavailable' });
    expect(answer.headers['retry-after']).toBe('1');
    expect(answer.body).not.toContain('secret inside');
    expect(answer.body).not.toContain('.ts');
    expect(logs.text()).toContain('secret inside');
  });
});

describe('a stream as an answer', () => {
  it('is opened for who may read it, and for nobody else', async () => {
    const { app, ask } = testServer();
    mount(app, followable, () => ({
      status: 200,
      open(stream) {
        stream.send({ id: '1', event: 'thing.made', data: { name: 'bolt' } });
        stream.close();
      },
    }));
    const answer = await ask({ url: '/v1/followable' });
    expect(answer.headers['content-type']).toBe('text/event-stream; charset=utf-8');
    expect(answer.body).toContain('event: thing.made\ndata: {"name":"bolt"}');
    expect((await ask({ url: '/v1/followable?x=1' })).statusCode).toBe(400);
    expect((await app.inject({ url: '/v1/followable' })).statusCode).toBe(401);
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('ledger is gone');
      },
    ],
    [
      'fails later',
      async () => {
        throw new Error('ledger is gone');
      },
    ],
  ])('ends, and the failure is logged, when its sender %s', async (_name, open) => {
    const { app, ask, logs } = testServer();
    mount(app, followable, async () => ({ status: 200, open }));
    const answer = await ask({ url: '/v1/followable' });
    expect(answer.body).toBe('retry: 2000\n\n');
    expect(logs.text()).toContain('ledger is gone');
  });
});
