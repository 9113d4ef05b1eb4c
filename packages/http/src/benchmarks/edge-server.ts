import type { Principal } from '@countersign/access';
import { routes } from '@countersign/contracts';
import { createLogger, createMetrics } from '@countersign/telemetry';
import { fastify } from 'fastify';
import { measureRequests } from '../operations/request-metrics.ts';
import { mount } from '../route/mount.ts';
import { createServer } from '../server/create-server.ts';
import { listen } from '../server/listen.ts';

/** The server that `edge.ts` measures: `bare` or `edge`. Prints its port. */
const ANSWER = {
  id: '019a5b0e-7c1a-7d3e-9f00-2b6c1d4e8a11',
  status: 'redeemed',
  verdict: 'allow',
  permit: { token: 'csp_x', expires_at: '2026-11-21T09:05:00.000Z', redeemed: true },
  arguments_digest: 'd'.repeat(43),
  obligations: {},
  reasons: [],
  policy: 'p'.repeat(43),
  risk_score: 10,
  position: '12345',
  replayed: false,
} as const;

function bareServer() {
  const app = fastify();
  app.post('/v1/tool-calls', (request, reply) => {
    const body = routes.announceToolCall.body.safeParse(request.body);
    reply.code(body.success ? 200 : 400).send(body.success ? ANSWER : {});
  });
  return app;
}

function edgeServer() {
  const agent: Principal = { kind: 'agent', id: 'invoice-agent', organization: 'acme', keyId: 'k' };
  const app = createServer({
    logger: createLogger({ level: 'info', service: 'benchmark' }),
    authenticate: (bearer) => (bearer === 'key' ? agent : null),
    ...measureRequests(createMetrics()),
  });
  mount(app, routes.announceToolCall, () => ({ status: 200, body: ANSWER }));
  return app;
}

const { port } = await listen(process.argv[2] === 'bare' ? bareServer() : edgeServer(), '127.0.0.1', 0);
console.log(port);
