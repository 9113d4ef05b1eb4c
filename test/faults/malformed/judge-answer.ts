import { openIntentError, type ProblemCode, problemCodes, problemStatus } from '@countersign/contracts';
import type { RawAnswer } from './raw-answer.ts';
import type { RawRequest } from './raw-request.ts';

/** HTTP's own statuses for what has no code of its own: the code in the body is the nearest. */
const NEAREST: Readonly<Record<number, string>> = {
  405: 'not_found',
  408: 'invalid_request',
  417: 'invalid_request',
};

/** What is wrong with the answer to a malformed request; `null` if it is refused as the contract says. */
export function judgeAnswer(request: RawRequest, answer: RawAnswer | null): string | null {
  // Only who has not said everything may be left without an answer.
  if (answer === null) return request.cutAfter === null ? 'no answer' : null;
  const { status, headers, body } = answer;
  const shown = `${status} ${body.slice(0, 500)}`;
  if (status < 400 || status > 499) return `not refused: ${shown}`;
  if (headers.get('content-type') === 'application/json; charset=utf-8' && isOpenIntent(request))
    return request.method === 'HEAD' ? null : judgeOpenIntent(answer, shown);
  if (headers.get('content-type') !== 'application/problem+json; charset=utf-8')
    return `no problem: ${shown}`;
  if (request.method === 'HEAD') return null;
  let problem: { readonly [name: string]: unknown };
  try {
    problem = JSON.parse(body);
  } catch {
    return `no JSON: ${shown}`;
  }
  const { code, type, title, detail } = problem;
  if (!problemCodes.includes(code as ProblemCode)) return `an unknown code: ${shown}`;
  if (type !== `urn:countersign:problem:${String(code)}`) return `another type: ${shown}`;
  if (typeof title !== 'string' || typeof detail !== 'string' || detail === '')
    return `says nothing: ${shown}`;
  if (problem.status !== status) return `another status in the body: ${shown}`;
  const expected = NEAREST[status] === undefined ? problemStatus(code as ProblemCode) : status;
  if (expected !== status || (NEAREST[status] ?? code) !== code) return `status and code differ: ${shown}`;
  return null;
}

/** Under these paths refusals are in the words of OpenIntent; what is no request at all has no path. */
function isOpenIntent({ target }: RawRequest): boolean {
  return /^\/api\/v1([/?]|$)/.test(target);
}

function judgeOpenIntent({ status, body }: RawAnswer, shown: string): string | null {
  let refusal: unknown;
  try {
    refusal = JSON.parse(body);
  } catch {
    return `no JSON: ${shown}`;
  }
  const read = openIntentError.safeParse(refusal);
  if (!read.success) return `no error of OpenIntent: ${shown}`;
  const { error, message, detail } = read.data;
  if (message === '' || message !== detail) return `says nothing: ${shown}`;
  const expected = NEAREST[status] === undefined ? problemStatus(error) : status;
  if (expected !== status || (NEAREST[status] ?? error) !== error) return `status and code differ: ${shown}`;
  return null;
}
