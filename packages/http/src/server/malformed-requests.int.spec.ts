import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { type ProblemCode, problemSchemas } from '@countersign/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mount } from '../route/mount.ts';
import { everything, forbidden, readable } from '../testing/test-routes.ts';
import { testServer } from '../testing/test-server.ts';
import { closeServer, listen } from './listen.ts';

const method = fc.constantFrom('GET', 'GET', 'POST', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS');
const path = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom('/v1/things/abc/parts', '/v1/things/abc', '/v1/readable', '/v1/forbidden'),
  },
  fc.constantFrom(
    '/',
    '/v1',
    '//',
    '*',
    '/v1/things/__proto__/parts',
    '/v1/things/%00/parts',
    '/v1/things/%e2%82/parts',
  ),
  fc.webPath().map((path) => `/${path}`),
);
const query = fc.oneof(
  { weight: 3, arbitrary: fc.constant('') },
  fc.constantFrom(
    '?limit=1',
    '?limit=1&limit=2',
    '?__proto__=1',
    '?constructor[x]=1',
    '?%zz',
    '?limit=%ff',
    '?&&==',
  ),
  fc.webQueryParameters().map((parameters) => `?${parameters}`),
);
const json = fc.oneof(
  fc.constantFrom(
    '{"name":"bolt","size":3}',
    '{"name":"bolt","size":3,"__proto__":1}',
    '{"name":"a","name":"b"}',
  ),
  fc.constantFrom(
    '"\\ud800"',
    '[1e999]',
    `${'['.repeat(5_000)}`,
    '{"size":99999999999999999999}',
    'null',
    '0',
    '',
  ),
  fc.json(),
);
const payload = fc.oneof(
  json.map((text) => Buffer.from(text)),
  fc.uint8Array({ maxLength: 64 }).map(Buffer.from),
);
const headers = fc.record(
  {
    authorization: fc.constantFrom(
      'Bearer cs_reader',
      'Bearer cs_agent',
      'Bearer __proto__',
      'Basic eA==',
      'bearer',
    ),
    'content-type': fc.constantFrom(
      'application/json',
      'application/json; charset=utf-16',
      'text/plain',
      ';',
      'a/b/c',
    ),
    'idempotency-key': fc.constantFrom('k', 'far too long a key', '\t'),
  },
  { requiredKeys: [] },
);

describe('whatever is sent', () => {
  it('is answered with what it asks for or with a problem of the contract, never with a failure', async () => {
    const { app, logs } = testServer();
    mount(app, everything, ({ params, body }) => ({
      status: 200,
      body: { echo: [params.id, body.name, body.size] },
    }));
    mount(app, readable, () => ({ status: 200, body: { ok: true } }));
    mount(app, forbidden, () => ({ status: 200, body: { ok: true } }));
    const { hostname, port } = await listen(app, '127.0.0.1', 0);
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const seen = new Set<number | undefined>();
    const anything = fc.record({ method, path, query, headers, payload });
    await fc.assert(
      fc.asyncProperty(anything, async ({ method, path, query, headers, payload }) => {
        const sent = request({
          ...{ hostname, port, agent, method, path: path + query },
          headers: { ...headers, 'content-length': payload.length },
        });
        sent.end(payload);
        const [answer] = (await once(sent, 'response')) as [IncomingMessage];
        const { statusCode = 0 } = answer;
        const body = await text(answer);
        seen.add(statusCode);
        expect(statusCode).toBeLessThan(500);
        if (statusCode < 300) return;
        expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
        if (method === 'HEAD') return;
        const problem = JSON.parse(body);
        expect(problem.status).toBe(statusCode);
        if (statusCode !== 405) problemSchemas[problem.code as ProblemCode].parse(problem);
      }),
      { numRuns: 5_000 },
    );
    agent.destroy();
    await closeServer(app);
    expect(logs.text()).toBe('');
    expect([...seen].sort()).toEqual([200, 400, 401, 403, 404, 405, 415]);
  });
});
