import type { Problem } from '@countersign/contracts';
import type { FastifyReply } from 'fastify';

/** Answers are about one caller at one moment: nobody stores them, nobody guesses their type. */
const JSON_HEADERS = {
  'content-type': 'application/json; charset=utf-8',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
};

const PROBLEM_HEADERS = { ...JSON_HEADERS, 'content-type': 'application/problem+json; charset=utf-8' };

/** How long a caller waits after 503 and 429 where nothing better is known, in seconds. */
const RETRY_AFTER_SECONDS = 1;

/** Answers JSON. */
export function sendJson(
  reply: FastifyReply,
  status: number,
  body: unknown,
  headers?: ResponseHeaders,
): void {
  reply.code(status).headers(JSON_HEADERS);
  if (headers) reply.headers(headers);
  reply.send(JSON.stringify(body));
  report(reply, status);
}

/** Answers something else than JSON; `contentType` null is an empty answer. */
export function sendPlain(
  reply: FastifyReply,
  status: number,
  contentType: string | null,
  body: string | undefined,
  headers?: ResponseHeaders,
): void {
  reply.code(status).header('cache-control', 'no-store').header('x-content-type-options', 'nosniff');
  if (contentType !== null) reply.header('content-type', contentType);
  if (headers) reply.headers(headers);
  reply.send(body);
  report(reply, status);
}

/** Answers a problem as RFC 9457 and counts it. `status` differs from the problem's where HTTP has an own status. */
export function sendProblem(reply: FastifyReply, problem: Problem, headers?: ResponseHeaders): void {
  reply.code(problem.status).headers(PROBLEM_HEADERS);
  const retryAfter = retryAfterOf(problem);
  if (retryAfter !== undefined) reply.header('retry-after', retryAfter);
  if (headers) reply.headers(headers);
  reply.send(JSON.stringify(problem));
  report(reply, problem.status);
  const { route, principal } = reply.request;
  reply.server.edge.onRefused({ code: problem.code, route, principal });
}

/** Response headers by name. */
export type ResponseHeaders = Readonly<Record<string, string>>;

function retryAfterOf(problem: Problem): number | undefined {
  if (problem.status !== 429 && problem.status !== 503) return undefined;
  const known = 'retry_after_ms' in problem ? problem.retry_after_ms : undefined;
  if (known === null) return undefined;
  return typeof known === 'number' ? Math.ceil(known / 1_000) : RETRY_AFTER_SECONDS;
}

/** Counts an answer. Streams call it when they open. */
export function report({ request, server }: FastifyReply, status: number): void {
  const durationMs = performance.now() - request.arrivedAt;
  server.edge.onAnswered({ route: request.route, status, durationMs });
}
