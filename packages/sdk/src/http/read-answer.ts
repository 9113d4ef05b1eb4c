import { isJsonObject } from '../json/json-value.ts';
import type { Reason } from '../model/verdict.ts';
import { type CountersignProblem, type FieldError, localProblem } from '../problem.ts';
import type { Answer, Unsuccessful } from './answer.ts';
import type { Redact } from './redaction.ts';

/** Refused before anything was done. `unavailable` may also mean that it is not known what was recorded. */
const OVERLOADED = 'overloaded';

/** Statuses by which proxies say "later". */
const PROXY_TRANSIENT: readonly number[] = [408, 425, 429, 500, 502, 503, 504];

/** Reads an answer that has arrived whole. What Countersign would not say is `unexpected_answer`. */
export function readAnswer(
  response: Pick<Response, 'status' | 'ok' | 'headers'>,
  text: string,
  redact: Redact,
): Answer {
  if (response.ok) {
    if (text === '') return { ok: true, status: response.status, body: undefined, mayHaveActed: false };
    const body = parse(text);
    return body === undefined
      ? unexpected(response.status, 'with a body that is not JSON', true)
      : { ok: true, status: response.status, body, mayHaveActed: false };
  }
  const document = parse(redact(text));
  if (!isJsonObject(document) || typeof document.code !== 'string') {
    const transient = PROXY_TRANSIENT.includes(response.status);
    return withRetryAfter(unexpected(response.status, 'without a problem document', transient), response);
  }
  const problem = readProblem(document, document.code, response.status);
  const transient = response.status >= 500 && problem.code !== 'undecided';
  const mayHaveActed = transient && problem.code !== OVERLOADED;
  return withRetryAfter({ ok: false, problem, transient, mayHaveActed }, response);
}

/** Members of another type than the contract's are left out, so that nobody stumbles over them. */
function readProblem(
  document: Readonly<Record<string, unknown>>,
  code: string,
  status: number,
): CountersignProblem {
  const { errors, reasons, tool_call_id, ...rest } = document;
  const detail = String(document.detail ?? document.title ?? code);
  return {
    ...localProblem(code, detail),
    ...rest,
    code,
    detail,
    status,
    ...(Array.isArray(errors) ? { errors: errors.filter(isJsonObject) as unknown as FieldError[] } : {}),
    ...(Array.isArray(reasons) ? { reasons: reasons.filter(isJsonObject) as unknown as Reason[] } : {}),
    ...(typeof tool_call_id === 'string' ? { tool_call_id } : {}),
  };
}

function unexpected(status: number, how: string, transient: boolean): Unsuccessful {
  const problem = localProblem(
    'unexpected_answer',
    `HTTP ${status} ${how}; is the url that of Countersign?`,
    {
      status,
    },
  );
  return { ok: false, problem, transient, mayHaveActed: transient };
}

function withRetryAfter(answer: Unsuccessful, response: Pick<Response, 'headers'>): Unsuccessful {
  const header = response.headers.get('retry-after');
  // The body may know better: null says that waiting alone does not help.
  if (header === null || answer.problem.retry_after_ms !== undefined) return answer;
  const retryAfterMs = readRetryAfter(header, Date.now());
  return retryAfterMs === undefined
    ? answer
    : { ...answer, problem: { ...answer.problem, retry_after_ms: retryAfterMs } };
}

/** `Retry-After` (RFC 9110 section 10.2.3), seconds or a date, in milliseconds from now. */
export function readRetryAfter(header: string, nowMs: number): number | undefined {
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1_000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - nowMs);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
