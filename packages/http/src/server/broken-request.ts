import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { type ProblemCode, problem } from '@countersign/contracts';

/** HTTP's own statuses for what is refused before there is a request. */
const REFUSALS: Readonly<Record<string, { status: number; code: ProblemCode; detail: string }>> = {
  HPE_HEADER_OVERFLOW: {
    status: 413,
    code: 'too_large',
    detail: 'the request line and headers are too long',
  },
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: 408,
    code: 'invalid_request',
    detail: 'the request did not arrive in time',
  },
};

const NOT_HTTP = { status: 400, code: 'invalid_request', detail: 'this is not an HTTP/1.1 request' } as const;

/**
 * Answers bytes that never became a request, on the bare connection, and closes it. Gives the code of the refusal; null where
 * nobody is there to be refused.
 */
export function answerBrokenRequest(error: Error & { code?: string }, socket: Socket): ProblemCode | null {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return null;
  }
  const { status, code, detail } = REFUSALS[error.code ?? ''] ?? NOT_HTTP;
  const body = JSON.stringify({ ...problem(code, detail), status });
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Content-Type: application/problem+json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
    '\r\n',
  ].join('\r\n');
  socket.end(head + body);
  return code;
}
