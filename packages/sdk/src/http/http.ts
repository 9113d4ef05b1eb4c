import { localProblem } from '../problem.ts';
import type { Answer } from './answer.ts';
import type { ApiRequest } from './api-request.ts';
import { startDeadline } from './deadline.ts';
import { pause } from './pause.ts';
import { readAnswer } from './read-answer.ts';
import { createRedact, type Redact } from './redaction.ts';
import { pauseBefore, type RetryPolicy } from './retry-policy.ts';

/** The way to one installation with one key. The key is in no property of it. */
export interface Http {
  /** Sends a request until it is answered or the policy ends; never rejects. */
  send(request: ApiRequest): Promise<Answer>;
  /** Sends a request once and hands over the answer with its body unread; rejects as `fetch` does. */
  open(request: ApiRequest, signal: AbortSignal): Promise<Response>;
  readonly redact: Redact;
  readonly retry: RetryPolicy;
}

/** What `createHttp` needs; checked by `connect`. */
export interface HttpOptions {
  /** Address of the installation, without a slash at its end. */
  readonly base: string;
  readonly key: string;
  readonly organization: string | undefined;
  readonly fetch: typeof globalThis.fetch;
  readonly retry: RetryPolicy;
}

/** The way over `fetch`, with the key in the `Authorization` header and nowhere else. */
export function createHttp({ base, key, organization, fetch, retry }: HttpOptions): Http {
  const redact = createRedact(key);

  const open: Http['open'] = (request, signal) =>
    fetch(addressOf(base, request), {
      method: request.method,
      headers: {
        accept: 'application/json, application/problem+json',
        authorization: `Bearer ${key}`,
        ...(organization === undefined ? {} : { 'countersign-organization': organization }),
        ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...request.headers,
      },
      ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
      // The key is the whole authority: no cookies, no caches, and no other address than the one that was given.
      credentials: 'omit',
      cache: 'no-store',
      redirect: 'manual',
      signal,
    });

  const attempt = async (request: ApiRequest): Promise<Answer> => {
    const deadline = startDeadline(retry.attemptTimeoutMs + (request.heldMs ?? 0), request.signal);
    try {
      const response = await deadline.bound(open(request, deadline.signal));
      return readAnswer(response, await deadline.bound(response.text()), redact);
    } catch (thrown) {
      return {
        ok: false,
        problem: noAnswer(thrown, deadline.expired(), request.signal?.aborted === true, redact),
        transient: request.signal?.aborted !== true,
        mayHaveActed: true,
      };
    } finally {
      deadline.release();
    }
  };

  const send: Http['send'] = async (request) => {
    const started = performance.now();
    let mayHaveActed = false;
    for (let failures = 1; ; failures++) {
      const answer = await attempt(request);
      mayHaveActed ||= answer.mayHaveActed;
      const last: Answer = { ...answer, mayHaveActed };
      if (
        answer.ok ||
        !answer.transient ||
        failures >= Math.min(retry.attempts, request.attempts ?? retry.attempts)
      )
        return last;
      if (answer.mayHaveActed && !request.repeatable) return last;
      const delay = pauseBefore(retry, failures, answer.problem.retry_after_ms ?? 0, Math.random());
      if (performance.now() - started + delay > retry.totalMs) return last;
      if (!(await pause(delay, request.signal, request.lastAttempt))) return last;
    }
  };

  return { send, open, redact, retry };
}

function addressOf(base: string, { path, query = {} }: ApiRequest): string {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) given.set(name, String(value));
  }
  return `${base}${path}?${given}`.replace(/\?$/, '');
}

function noAnswer(thrown: unknown, expired: boolean, aborted: boolean, redact: Redact) {
  if (aborted) return localProblem('aborted', 'the request was aborted by the caller');
  if (expired) return localProblem('timed_out', 'no answer in time; is Countersign reachable and well?');
  return localProblem('no_answer', redact(`no answer from Countersign: ${describe(thrown)}`));
}

/** Node's fetch says "fetch failed" and why in its cause. */
function describe(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  return thrown.cause instanceof Error ? `${thrown.message} (${thrown.cause.message})` : thrown.message;
}
