import { schemasDirectory } from '@countersign/contracts';
import { createMetrics } from '@countersign/telemetry';
import { describe, expect, it } from 'vitest';
import { mount } from '../route/mount.ts';
import { readable } from '../testing/test-routes.ts';
import { testServer } from '../testing/test-server.ts';
import { serveDocuments } from './documents.ts';
import { serveMetrics } from './metrics.ts';
import { serveHealth } from './readiness.ts';
import { measureRequests } from './request-metrics.ts';

describe('health', () => {
  it('tells without a key that the process runs', async () => {
    const { app } = testServer();
    serveHealth(app, []);
    const answer = await app.inject({ url: '/healthz' });
    expect([answer.statusCode, answer.json()]).toEqual([200, { status: 'ok' }]);
  });

  it('is ready when nothing is missing', async () => {
    const { app } = testServer();
    serveHealth(app, [{ name: 'ledger', missing: () => null }]);
    const answer = await app.inject({ url: '/readyz' });
    expect(answer.json()).toEqual({ status: 'ready', checks: [{ name: 'ledger', ready: true }] });
  });

  it('names everything that is missing', async () => {
    const { app } = testServer();
    serveHealth(app, [
      { name: 'ledger', missing: () => 'takes no events' },
      { name: 'bus', missing: () => null },
      { name: 'views', missing: () => 'are 12 events behind' },
    ]);
    const answer = await app.inject({ url: '/readyz' });
    expect(answer.headers['retry-after']).toBe('1');
    expect(answer.json()).toMatchObject({
      status: 503,
      code: 'unavailable',
      detail: 'ledger: takes no events; views: are 12 events behind',
      errors: [{ pointer: '/ledger' }, { pointer: '/views' }],
    });
  });
});

describe('metrics', () => {
  it('are served as Prometheus text, with requests by route and refusals by code', async () => {
    const metrics = createMetrics();
    const { app, ask } = testServer(measureRequests(metrics));
    serveMetrics(app, metrics.expose);
    mount(app, readable, () => ({ status: 200, body: { ok: true } }));
    await ask({ url: '/v1/readable' });
    await ask({ url: '/v1/readable' });
    await ask({ url: '/v1/somebody-made-this-up' });
    const answer = await app.inject({ url: '/metrics' });
    expect(answer.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(answer.body).toContain('http_requests_total{route="GET /v1/readable",status="200"} 2\n');
    expect(answer.body).toContain('http_requests_total{route="unknown",status="404"} 1\n');
    expect(answer.body).toContain('http_refusals_total{code="not_found"} 1\n');
    expect(answer.body).toContain('http_request_duration_seconds_count{route="GET /v1/readable"} 2\n');
    expect(answer.body).not.toContain('made-this-up');
  });
});

describe('HEAD', () => {
  it.each(['/healthz', '/readyz', '/metrics', '/openapi.json', '/asyncapi.json', '/docs/', '/docs/json'])(
    'of %s, which is open, is answered like GET, without the body',
    async (url) => {
      const { app } = testServer();
      serveHealth(app, []);
      serveMetrics(app, createMetrics().expose);
      await serveDocuments(app, schemasDirectory);
      const [head, get] = [await app.inject({ method: 'HEAD', url }), await app.inject({ url })];
      expect([head.statusCode, head.body]).toEqual([200, '']);
      const of = ({ 'content-type': type, 'content-length': length }: typeof get.headers) => [type, length];
      expect(of(head.headers)).toEqual(of(get.headers));
    },
  );

  it('says that a process is not ready as GET does', async () => {
    const { app } = testServer();
    serveHealth(app, [{ name: 'ledger', missing: () => 'takes no events' }]);
    const answer = await app.inject({ method: 'HEAD', url: '/readyz' });
    expect([answer.statusCode, answer.headers['retry-after'], answer.body]).toEqual([503, '1', '']);
  });

  it('of what is behind a key stays closed, and is not offered with one', async () => {
    const { app, ask } = testServer();
    mount(app, readable, () => ({ status: 200, body: { ok: true } }));
    expect((await app.inject({ method: 'HEAD', url: '/v1/readable' })).statusCode).toBe(401);
    const answer = await ask({ method: 'HEAD', url: '/v1/readable' });
    expect([answer.statusCode, answer.headers.allow]).toEqual([405, 'GET']);
  });
});

describe('documents', () => {
  async function documented() {
    const server = testServer();
    await serveDocuments(server.app, schemasDirectory);
    return server;
  }

  it.each([
    ['/openapi.json', 'openapi', /^3\.1\./],
    ['/asyncapi.json', 'asyncapi', /^3\./],
  ])('%s needs no key', async (url, member, version) => {
    const { app } = await documented();
    const answer = await app.inject({ url });
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(answer.json()[member]).toMatch(version);
  });

  it('gives the schema that an event names, to those with a key', async () => {
    const { app, ask } = await documented();
    const url = '/schemas/events/agent.safety.blocked.v1.json';
    const answer = await ask({ url });
    expect(answer.json()).toMatchObject({ $id: url });
    expect(answer.headers['content-type']).toContain('application/schema+json');
    expect((await app.inject({ url })).statusCode).toBe(401);
  });

  it.each([
    ['/schemas/events/agent.safety.blocked.v99.json', 404],
    ['/schemas/events/..%2f..%2fopenapi.json', 400],
    ['/schemas/events/openapi.json', 400],
  ])('has nothing under %s', async (url, status) => {
    const { ask } = await documented();
    expect((await ask({ url })).statusCode).toBe(status);
  });

  it('is open for the page and its parts alone, whatever else is put under its address', async () => {
    const { app, ask } = await documented();
    app.get('/docs/drafts', (_, reply) => reply.send({}));
    expect((await app.inject({ url: '/docs/json' })).statusCode).toBe(200);
    expect((await app.inject({ url: '/docs/drafts' })).statusCode).toBe(401);
    expect((await ask({ url: '/docs/drafts' })).statusCode).toBe(200);
  });

  it('shows a page that asks nobody else for anything', async () => {
    const { app } = await documented();
    const page = await app.inject({ url: '/docs/' });
    expect(page.statusCode).toBe(200);
    expect(page.headers['content-security-policy']).toContain("default-src 'none'");
    const links = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, link]) => link ?? '');
    expect(links.length).toBeGreaterThan(3);
    for (const link of links) {
      const { pathname, host } = new URL(link, 'http://localhost/docs/');
      expect(host).toBe('localhost');
      expect((await app.inject({ url: pathname })).statusCode).toBe(200);
    }
    expect((await app.inject({ url: '/docs/json' })).json()).toMatchObject({
      info: { title: 'Countersign' },
    });
  });
});
