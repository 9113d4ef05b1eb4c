import { asOpenIntentError, type Problem, problem } from '@countersign/contracts';
import type { FastifyRequest } from 'fastify';

/** Under these paths callers speak OpenIntent: its way of showing a key, and of reading what is wrong. */
const OPENINTENT_ROUTES = /^\/api\/v1(?:\/|$)/;

/** The same where no route matched, so that only the words of the refusal depend on it. */
const OPENINTENT_ADDRESSES = /^(?:[A-Za-z]+:\/\/[^/?#]*)?\/api\/v1(?:[/?#]|$)/;

/** Whether a request is one of OpenIntent's, whether or not anything is served there. */
export function isOpenIntent({ template, url }: Pick<FastifyRequest, 'template' | 'url'>): boolean {
  return template === null ? OPENINTENT_ADDRESSES.test(url) : OPENINTENT_ROUTES.test(template);
}

/** The key as OpenIntent's clients show it. */
export function openIntentKey(request: FastifyRequest): string | undefined {
  const key = request.headers['x-api-key'];
  return isOpenIntent(request) && typeof key === 'string' && /^[\x21-\x7e]+$/.test(key) ? key : undefined;
}

/** Refuses a request that names another agent than the key's: a name by itself proves nothing. */
export function claimRefusal(request: FastifyRequest): Problem | undefined {
  const claimed = request.headers['x-agent-id'];
  if (claimed === undefined || !isOpenIntent(request) || claimed === request.principal?.id) return undefined;
  return problem('forbidden', 'X-Agent-ID names another than the one whose key this is');
}

/**
 * The body and type of a refusal: in OpenIntent's words under its paths, unless the caller asks for a problem by its media
 * type, as a gateway does that hands the refusal on.
 */
export function refusalFor(
  request: FastifyRequest,
  refused: Problem,
): { readonly contentType: string; readonly body: object } {
  const asProblem = !isOpenIntent(request) || request.headers.accept === PROBLEM;
  if (asProblem) return { contentType: `${PROBLEM}; charset=utf-8`, body: refused };
  return { contentType: 'application/json; charset=utf-8', body: asOpenIntentError(refused) };
}

/** The media type of RFC 9457. */
const PROBLEM = 'application/problem+json';
