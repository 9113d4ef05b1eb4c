import type { Problem } from '@countersign/contracts';
import type { FastifyReply } from 'fastify';
import { refusalFor } from './openintent.ts';

/** Answers are about one caller at one moment: nobody stores them, nobody guesses their type. */
const PLAIN_HEADERS = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };
const JSON_HEADERS = { ...PLAIN_HEADERS, 'content-type': 'application/json; charset=utf-8' };

/** How long a caller waits after 503 and 429 where nothing better is known, in seconds. */
const RETRY_AFTER_SECONDS = 1;

/** The same after a 429 that no time lifts, but another plan does; `retry_after_ms` is null there. */
const RETRY_AFTER_CHANGE_SECONDS = 3_600;

/** Answers JSON. */
export function sendJson(
  reply: FastifyReply,
  status: number,
  body: unknown,
  headers?: ResponseHeaders,
): void {
  send(reply, status, JSON.stringify(body), JSON_HEADERS, headers);
}

/** Answers something else than JSON; `contentType` null is an empty answer. */
export function sendPlain(
  reply: FastifyReply,
  status: number,
  contentType: string | null,
  body: string | undefined,
  headers?: ResponseHeaders,
): void {
  if (contentType !== null) reply.header('content-type', contentType);
  send(reply, status, body, PLAIN_HEADERS, headers);
}

/** Answers a problem as RFC 9457, or as OpenIntent's clients read it, and counts it. */
export function sendProblem(reply: FastifyReply, problem: Problem, headers?: ResponseHeaders): void {
  const retryAfter = retryAfterOf(problem);
  if (retryAfter !== undefined) reply.header('retry-after', retryAfter);
  const { contentType, body } = refusalFor(reply.request, problem);
  const further = { ...headers, ...rateHeadersOf(problem), 'content-type': contentType };
  send(reply, problem.status, JSON.stringify(body), PLAIN_HEADERS, further);
  const { route, principal } = reply.request;
  reply.server.edge.onRefused({ code: problem.code, route, principal });
}

function send(
  reply: FastifyReply,
  status: number,
  body: string | undefined,
  headers: ResponseHeaders,
  further: ResponseHeaders | undefined,
): void {
  reply.code(status).headers(headers);
  if (further) reply.headers(further);
  // A connection that stays open would keep a closing server waiting for its next request.
  if (reply.server.edge.closing.aborted) reply.header('connection', 'close');
  reply.send(body);
  report(reply, status);
}

/** Response headers by name. */
export type ResponseHeaders = Readonly<Record<string, string>>;

function retryAfterOf(problem: Problem): number | undefined {
  if (problem.status !== 429 && problem.status !== 503) return undefined;
  const known = 'retry_after_ms' in problem ? problem.retry_after_ms : undefined;
  if (known === null) return RETRY_AFTER_CHANGE_SECONDS;
  if (typeof known !== 'number') return RETRY_AFTER_SECONDS;
  // A bucket has room at the very millisecond: who waits whole seconds by another clock waits one that has begun as well.
  return problem.code === 'throttled' ? Math.floor(known / 1_000) + 1 : Math.ceil(known / 1_000);
}

/** What is left of a throttle, as clients of such APIs read it. A refusal says it by itself. */
export function rateHeaders(rate: { readonly limit: number; readonly remaining: number }): ResponseHeaders {
  return { 'x-ratelimit-limit': String(rate.limit), 'x-ratelimit-remaining': String(rate.remaining) };
}

/** The throttle that refused has nothing left. */
function rateHeadersOf(problem: Problem): ResponseHeaders {
  const limit = problem.code === 'throttled' && 'limit' in problem ? problem.limit : undefined;
  return typeof limit === 'number' ? rateHeaders({ limit, remaining: 0 }) : {};
}

/** Counts an answer. Streams call it when they open. */
export function report({ request, server }: FastifyReply, status: number): void {
  const durationMs = performance.now() - request.arrivedAt;
  server.edge.onAnswered({ route: request.route, status, durationMs });
}
