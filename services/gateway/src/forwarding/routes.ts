import { concernsInstallation } from '@countersign/access';
import { type Permission, type Problem, type RouteDefinition, routes } from '@countersign/contracts';
import { isProblem, sendProblem } from '@countersign/http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Forwarding } from './forwarding.ts';
import { passOn } from './pass-on.ts';
import type { ForwardedRequest, ServiceBehind } from './service-behind.ts';

/** What of a caller's headers is about the request; who asks and the connection are the gateway's. */
const FORWARDED_HEADERS = ['content-type', 'content-encoding', 'accept', 'traceparent', 'tracestate'];

/** Waits until each gateway knows everything that stands in the ledger now, or says that this is not certain. */
export type KnownEverywhere = () => Promise<Problem | null>;

/**
 * Serves the routes that other services own: authenticated here, answered there. Nothing else of a request is judged here
 * but what is the installation owner's alone; its body is bounded as everywhere and handed on as it came.
 */
export function forwardingRoutes(
  app: FastifyInstance,
  forwarding: Forwarding,
  knownEverywhere: KnownEverywhere,
): void {
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, bytes, done) => done(null, bytes));
    for (const route of Object.values(routes) satisfies RouteDefinition[]) {
      const service = serviceBehind(route);
      if (service === null) continue;
      scope.route({
        method: route.method,
        url: route.path.replaceAll(/\{(\w+)\}/g, ':$1'),
        config: { needs: installationPermissionOf(route) },
        exposeHeadRoute: false,
        handler: forwardTo(service, route, forwarding, knownEverywhere),
      });
    }
  });
}

/** Asked here as well: no throttle stands before it, so it must be who may that gets as far as the service. */
function installationPermissionOf({ permission }: RouteDefinition): Permission | null {
  return permission !== undefined && concernsInstallation(permission) ? permission : null;
}

function serviceBehind({ service }: RouteDefinition): ServiceBehind | null {
  return service === 'gateway' || service === 'every' ? null : service;
}

function forwardTo(
  service: ServiceBehind,
  route: RouteDefinition,
  forwarding: Forwarding,
  knownEverywhere: KnownEverywhere,
) {
  const names = [...FORWARDED_HEADERS, ...Object.keys(route.headers?.shape ?? {})];
  const stream = isStream(route);
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const { principal } = request;
    if (principal === null) throw new Error(`${request.route} was not authenticated`);
    const gone = new AbortController();
    reply.raw.once('close', () => gone.abort());
    const forwarded: ForwardedRequest = {
      principal,
      method: route.method,
      url: targetOf(request.url),
      headers: { ...headersOf(request, names), ...(route.surface && { accept: 'application/problem+json' }) },
      body: Buffer.isBuffer(request.body) ? request.body : null,
      stream,
      signal: gone.signal,
    };
    const answer = await forwarding.ask(service, forwarded);
    const late =
      isProblem(answer) || !route.everywhere || answer.status >= 300 ? null : await knownEverywhere();
    if (isProblem(answer)) sendProblem(reply, answer);
    else if (late) {
      answer.body.destroy();
      sendProblem(reply, late);
    } else await passOn(reply, answer);
    // A body that is still on its way is not what this promise waits for.
    return reply;
  };
}

function isStream({ responses }: RouteDefinition): boolean {
  return Object.values(responses).some(
    (response) => 'contentType' in response && response.contentType === 'text/event-stream',
  );
}

function headersOf({ headers }: FastifyRequest, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => (headers[name] === undefined ? [] : [[name, String(headers[name])]])),
  );
}

/** Path and query, also where the request names the whole address (RFC 9112 section 3.2.2). */
function targetOf(url: string): string {
  return url.replace(/^https?:\/\/[^/?#]*/i, '');
}
