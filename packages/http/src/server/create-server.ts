import type { Logger } from '@countersign/telemetry';
import { type FastifyInstance, type FastifyRequest, fastify, type RouteOptions } from 'fastify';
import { type Access, admit } from './authentication.ts';
import { answerBrokenRequest } from './broken-request.ts';
import type {
  Admits,
  Allows,
  Answered,
  Authenticate,
  Edge,
  EndsAt,
  HasFlag,
  IsInForce,
  Refusal,
  WhenDurable,
} from './edge.ts';
import { answerFault } from './faults.ts';
import { readJsonBodies } from './json-body.ts';
import { DEFAULT_LIMITS, type ServerLimits } from './limits.ts';
import { answerNoRoute, rememberAddresses } from './no-route.ts';

/**
 * What a server is built with. Without `authenticate` no key is good, without `allows` nobody may do anything, without
 * `hasFlag` no plan has a feature, without `isInForce` a stream ends when it first asks.
 */
export interface ServerOptions {
  readonly logger: Logger;
  readonly limits?: Partial<ServerLimits>;
  readonly authenticate?: Authenticate;
  readonly isInForce?: IsInForce;
  /** Without it nothing ends by itself. */
  readonly endsAt?: EndsAt;
  readonly allows?: Allows;
  readonly hasFlag?: HasFlag;
  /** Without it nothing is throttled here. */
  readonly admits?: Admits;
  /** Answers leave after it. Without it, what handlers know is durable. */
  readonly whenDurable?: WhenDurable;
  /** Called for every request that was answered with a problem. */
  readonly onRefused?: (refusal: Refusal) => void;
  /** Called for every answer. */
  readonly onAnswered?: (answered: Answered) => void;
}

/** Builds a server without routes of its own. It does not listen: see `listen` and `closeServer`. */
export function createServer(options: ServerOptions): FastifyInstance {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const closing = new AbortController();
  const edge: Edge = {
    logger: options.logger,
    authenticate: options.authenticate ?? (() => null),
    isInForce: options.isInForce ?? (() => false),
    endsAt: options.endsAt ?? (() => null),
    allows: options.allows ?? (() => false),
    hasFlag: options.hasFlag ?? (() => false),
    admits: options.admits ?? null,
    whenDurable: options.whenDurable ?? (() => null),
    onRefused: options.onRefused ?? ignore,
    onAnswered: options.onAnswered ?? ignore,
    closing: closing.signal,
  };
  const app = fastify({
    // A logger of the framework makes a child per request; what is worth a line is logged where it happens.
    logger: false,
    // Nothing that is registered waits for anybody else; a slow machine is no reason to refuse a start.
    pluginTimeout: 0,
    bodyLimit: limits.bodyBytes,
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.keepAliveMs,
    http: {
      maxHeaderSize: limits.headerBytes,
      // Node would answer without a body; `admit` answers with a problem.
      requireHostHeader: false,
      headersTimeout: limits.headersTimeoutMs,
      connectionsCheckingInterval: limits.timeoutCheckMs,
    },
    // As long as a path can be: what is wrong with an id says the schema of its route, not the router.
    routerOptions: { maxParamLength: limits.headerBytes },
    // Requests that come while closing are answered by `admit`, as a problem.
    return503OnClosing: false,
    // A path that can't be read belongs to no route, and is refused like one that nobody serves: with a key only.
    frameworkErrors(error, request, reply) {
      arrive(request, 'unknown', null);
      admit(CLOSED, request, reply, () => answerFault(error, request, reply));
    },
    clientErrorHandler(error, socket) {
      const code = answerBrokenRequest(error, socket);
      if (code !== null) edge.onRefused({ code, route: 'unknown', principal: null });
    },
  });
  // Node would answer an expectation that it does not know without a body; `admit` answers with a problem.
  app.server.on('checkExpectation', (request, response) => app.server.emit('request', request, response));
  app.decorate('edge', edge);
  app.decorateRequest('principal', null);
  app.decorateRequest('route', 'unknown');
  app.decorateRequest('template', null);
  app.decorateRequest('arrivedAt', 0);
  app.addHook('preClose', (done) => {
    closing.abort();
    done();
  });
  readJsonBodies(app);
  app.setErrorHandler(answerFault);

  const addresses = rememberAddresses();
  app.addHook('onRoute', (route) => {
    for (const method of [route.method].flat()) addresses.add(method, route.url);
    guard(route);
  });
  app.setNotFoundHandler((request, reply) => {
    arrive(request, 'unknown', null);
    admit(CLOSED, request, reply, () => answerNoRoute(addresses, request, reply));
  });
  return app;
}

const CLOSED: Access = { open: false, needs: null, flag: null, inProject: false, ownCalls: false };

/** Puts admission before every route, however it was added: what nobody declared open is closed. */
function guard(route: RouteOptions & { url: string }): void {
  let access: Access | null = null;
  const label = `${[route.method].flat().join('|')} ${route.url}`;
  route.onRequest = [
    (request, reply, done) => {
      arrive(request, label, route.url);
      // Hooks of the scope that the route is in come after this one's, and may open it.
      access ??= { ...CLOSED, ...route.config };
      admit(access, request, reply, done);
    },
    ...[route.onRequest ?? []].flat(),
  ];
}

/** Says what a request is for, before anybody looks at it: also of one that the framework could not route. */
function arrive(request: FastifyRequest, route: string, template: string | null): void {
  request.arrivedAt = performance.now();
  request.route = route;
  request.template = template;
  request.principal = null;
}

function ignore(): void {}
