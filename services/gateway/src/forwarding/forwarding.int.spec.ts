import { problem, type RouteDefinition, routes } from '@countersign/contracts';
import { closeServer, mount } from '@countersign/http';
import { describe, expect, it } from 'vitest';
import { type GiveRoutes, OLGA, startForwarding } from '../testing/forwarding-cluster.ts';

/** Services that answer each of their routes with what reached them, bodies as text. */
const echoing: GiveRoutes = (app, service) => {
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'string' }, (_request, text, done) => done(null, text));
    for (const { method, path, service: owner, open } of Object.values(routes) as RouteDefinition[]) {
      if (owner !== service || open) continue;
      scope.route({
        method,
        url: path.replaceAll(/\{(\w+)\}/g, ':$1'),
        handler: async ({ body }) => ({ service, body: body ?? null }),
      });
    }
  });
};

describe('the routes of other services', () => {
  const behind = (Object.values(routes) as RouteDefinition[]).filter(
    ({ service, open }) => service !== 'gateway' && service !== 'every' && !open,
  );

  it('are answered by who owns them, for whom the gateway has authenticated', async () => {
    const { ask, arrived } = await startForwarding(echoing);
    expect(behind.length).toBeGreaterThan(10);
    for (const { method, path, service, body } of behind) {
      const url = `${path.replaceAll(/\{\w+\}/g, 'x.1')}?limit=5&after=a%20b`;
      const sent = body ? { body: '{}', headers: { 'content-type': 'application/json' } } : {};
      const answer = await ask(url, { method, ...sent });
      expect([path, answer.status]).toEqual([path, 200]);
      expect(await answer.json()).toEqual({ service, body: body ? '{}' : null });
      expect(arrived.at(-1)).toMatchObject({ service, method, url, principal: OLGA });
    }
    expect(arrived).toHaveLength(behind.length);
  });

  it('ask for a key first: nobody without one reaches a service', async () => {
    const { ask, arrived, refused } = await startForwarding(echoing);
    for (const authorization of ['', 'Bearer cs_nobody']) {
      const answer = await ask('/v1/approvals', { headers: { authorization } });
      expect(answer.status).toBe(401);
      expect(answer.headers.get('www-authenticate')).toContain('Bearer');
    }
    expect(arrived).toEqual([]);
    expect(refused.map(({ code }) => code)).toEqual(['unauthenticated', 'unauthenticated']);
  });

  it('get what is about the request, and nothing of the caller’s key or connection', async () => {
    const { ask, arrived } = await startForwarding(echoing);
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    await ask('/v1/events/stream', {
      headers: {
        'countersign-organization': 'acme',
        cookie: 'a=b',
        'x-forwarded-for': '10.0.0.1',
        'last-event-id': '17',
        traceparent,
      },
    });
    const [{ headers } = { headers: {} }] = arrived;
    expect(headers).toMatchObject({ 'last-event-id': '17', traceparent });
    for (const name of ['countersign-organization', 'cookie', 'x-forwarded-for'])
      expect(headers).not.toHaveProperty(name);
    expect(JSON.stringify(headers)).not.toContain('cs_olga');
  });

  it('get bodies as they came, whatever is wrong with them, and none beyond the limit', async () => {
    const { ask, arrived } = await startForwarding(echoing);
    const put = (body: string, type: string) =>
      ask('/v1/policies/p', { method: 'PUT', body, headers: { 'content-type': type } });
    const twice = '{ "a": 1, "a": 9007199254740993, "ü": "\\ud800" ';
    expect(await (await put(twice, 'application/json')).json()).toMatchObject({ body: twice });
    expect(arrived.at(-1)?.headers['content-type']).toBe('application/json');
    expect(await (await put('a: 1', 'application/yaml')).json()).toMatchObject({ body: 'a: 1' });
    const before = arrived.length;
    const large = await put(`"${'x'.repeat(256 * 1024)}"`, 'application/json');
    expect(large.status).toBe(413);
    expect(await large.json()).toMatchObject({ code: 'too_large' });
    expect(arrived).toHaveLength(before);
  });

  it('A-THR-9: are throttled here, but what is the installation owner’s alone, which nobody else gets past', async () => {
    const full = problem('throttled', 'slow down', {
      throttle: 'all',
      limit: 1,
      used: 1,
      retry_after_ms: 50,
    });
    const admits = () => ({ headers: {}, refused: full });
    const { ask, arrived } = await startForwarding(echoing, { admits });
    const plan = { method: 'PUT', body: '{}', headers: { 'content-type': 'application/json' } };
    expect((await ask('/v1/plans/team', plan)).status).toBe(200);
    expect((await ask('/v1/plans/team')).status).toBe(429);
    const headers = { ...plan.headers, authorization: 'Bearer cs_vic' };
    const refused = await ask('/v1/plans/team', { ...plan, headers });
    expect(await refused.json()).toMatchObject({ status: 403, required_permission: 'manage_plans' });
    expect(arrived.map(({ method }) => method)).toEqual(['PUT']);
  });

  it('have the methods and paths that they have in one process', async () => {
    const { ask } = await startForwarding(echoing);
    const wrong = await ask('/v1/approvals', { method: 'DELETE' });
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'GET']);
    expect((await ask('/v1/nothing')).status).toBe(404);
  });
});

describe('an answer of another service', () => {
  it('comes as it is: status, headers and bytes', async () => {
    const { ask } = await startForwarding((app) => {
      app.get('/v1/plans', async (_request, reply) =>
        reply
          .code(201)
          .headers({ location: '/here', etag: '"1"', connection: 'x-hop', 'x-hop': '1' })
          .send('{"ä":1}'),
      );
    });
    const answer = await ask('/v1/plans');
    expect(answer.status).toBe(201);
    expect(Object.fromEntries(answer.headers)).toMatchObject({ location: '/here', etag: '"1"' });
    expect(answer.headers.get('x-hop')).toBeNull();
    expect(await answer.text()).toBe('{"ä":1}');
  });

  it('that is a problem keeps its members and times, and is counted once, here', async () => {
    const throttled = problem('throttled', 'slow down', {
      throttle: 'calls',
      limit: 1,
      used: 1,
      retry_after_ms: 7_000,
    });
    const { ask, refused } = await startForwarding((app) => {
      mount(app, routes.listMeters, () => throttled);
    });
    const answer = await ask('/v1/meters');
    expect(answer.status).toBe(429);
    expect(answer.headers.get('retry-after')).toBe('8');
    expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    expect(await answer.json()).toEqual(throttled);
    expect(refused).toEqual([{ code: 'throttled', route: 'GET /v1/meters', principal: OLGA }]);
  });

  it('that stays out is an outage, which ends when the service is back', async () => {
    const { ask, kill, revive, logs } = await startForwarding(echoing);
    await ask('/v1/approvals');
    await kill('approval-service');
    for (let time = 0; time < 3; time += 1) {
      const answer = await ask('/v1/approvals');
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1']);
      expect(await answer.json()).toMatchObject({ code: 'unavailable', status: 503 });
    }
    expect((await ask('/v1/meters')).status).toBe(200);
    await revive('approval-service');
    expect((await ask('/v1/approvals')).status).toBe(200);
    const told = logs.records().filter(({ target }) => target === 'approval-service');
    expect(told.map(({ msg }) => msg)).toEqual([
      'requests are not forwarded',
      'requests are forwarded again',
    ]);
  });

  it('that breaks off is no whole answer', async () => {
    const { ask } = await startForwarding((app) => {
      app.get('/v1/plans', (_request, reply) => {
        reply.hijack();
        reply.raw.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
        reply.raw.write('{"items":[', () => reply.raw.destroy());
      });
    });
    await expect(ask('/v1/plans').then((answer) => answer.text())).rejects.toThrow();
  });

  it('that does not accept the gateway’s word is an outage of ours, not a wrong key of the caller', async () => {
    const { ask, logs } = await startForwarding(echoing, { strangers: true });
    const answer = await ask('/v1/approvals');
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({ code: 'unavailable' });
    expect(logs.text()).toContain('compare their keys and clocks');
  });
});

describe('a request whose caller is gone', () => {
  it('is given up at the service', async () => {
    const reached = Promise.withResolvers<void>();
    const left = Promise.withResolvers<void>();
    const { ask } = await startForwarding((app) => {
      app.get('/v1/plans', (_request, reply) => {
        reply.hijack();
        reply.raw.once('close', () => left.resolve());
        reached.resolve();
      });
    });
    const leaving = new AbortController();
    const asked = ask('/v1/plans', { signal: leaving.signal });
    await reached.promise;
    leaving.abort();
    await expect(asked).rejects.toThrow();
    await left.promise;
  });
});

describe('a stream of events', () => {
  /** A service with a stream that a test writes to. */
  async function streaming() {
    const opened = Promise.withResolvers<{ send(text: string): void; ended: Promise<void> }>();
    const cluster = await startForwarding((app) => {
      mount(app, routes.streamEvents, () => ({
        status: 200,
        open(stream) {
          const ended = Promise.withResolvers<void>();
          stream.closed.addEventListener('abort', () => ended.resolve());
          const send = (text: string) => void stream.send({ id: text, event: 'test', data: text });
          opened.resolve({ send, ended: ended.promise });
        },
      }));
    });
    const leaving = new AbortController();
    const answer = await cluster.ask('/v1/events/stream?after=0', { signal: leaving.signal });
    const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
    const until = async (wanted: string) => {
      for (let seen = ''; !seen.includes(wanted); ) {
        const { value, done } = await reader.read();
        if (done) throw new Error(`ended after ${seen}`);
        seen += value;
      }
    };
    return { cluster, answer, reader, until, leaving, service: await opened.promise };
  }

  it('comes event by event, and ends at the service when its reader leaves', async () => {
    const { answer, until, leaving, service } = await streaming();
    expect(answer.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(answer.headers.get('x-accel-buffering')).toBe('no');
    await until('retry: ');
    for (const id of ['1', '2', '3']) {
      service.send(id);
      await until(`id: ${id}\n`);
    }
    leaving.abort();
    await service.ended;
  });

  it('ends when the gateway closes, which does not wait for it', async () => {
    const { cluster, until, reader, service } = await streaming();
    await until('retry: ');
    await closeServer(cluster.gateway.app);
    await service.ended;
    await expect(
      reader.read().then(({ done }) => done || Promise.reject(new Error('more'))),
    ).rejects.toThrow();
  });
});

describe('what the gateways go by', () => {
  const put = { method: 'PUT', body: '{}', headers: { 'content-type': 'application/json' } };

  it('is answered when each of them knows it', async () => {
    const waited: string[] = [];
    const gate = Promise.withResolvers<null>();
    const knownEverywhere = () => {
      waited.push('asked');
      return gate.promise;
    };
    const { ask, arrived } = await startForwarding(echoing, { knownEverywhere });
    expect((await ask('/v1/policies/p', put)).status).toBe(200);
    expect(waited).toEqual([]);
    const answering = ask('/v1/plans/team', put).then(({ status }) => waited.push(`answered ${status}`));
    await expect.poll(() => waited).toEqual(['asked']);
    expect(arrived).toHaveLength(2);
    gate.resolve(null);
    await answering;
    expect(waited).toEqual(['asked', 'answered 200']);
  });

  it('is unavailable where that is not certain, and waits for nothing where nothing was changed', async () => {
    const knownEverywhere = async () => problem('unavailable', 'it is recorded');
    const { ask } = await startForwarding(echoing, { knownEverywhere });
    const answer = await ask('/v1/plans/team', put);
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({ detail: 'it is recorded' });
    const refusing: GiveRoutes = (app) =>
      app.put('/v1/plans/:slug', async (_request, reply) =>
        reply
          .code(422)
          .header('content-type', 'application/problem+json')
          .send(problem('plan_invalid', 'no')),
      );
    const other = await startForwarding(refusing, { knownEverywhere });
    expect((await other.ask('/v1/plans/team', put)).status).toBe(422);
  });
});
