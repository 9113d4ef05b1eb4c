import { goodBodies } from './good-bodies.ts';
import type { Operation } from './operations.ts';

/** A request byte by byte, malformed or not. Texts are Latin-1: each character is a byte. */
export interface RawRequest {
  /** What is wrong with it, for the report. */
  readonly wrong: string;
  readonly method: string;
  readonly target: string;
  readonly version: string;
  /** Lines of the head without their line ends, in order. `Content-Length` is added unless framing is given. */
  readonly headers: readonly string[];
  readonly body: Buffer;
  /** The client sends only so many bytes and closes its side; a server that has no whole request need not answer. */
  readonly cutAfter: number | null;
}

/** Place of every path parameter: an id that nothing has. */
const NOBODY = 'thing';

/** The request that an operation takes under a key: every malformed one begins as this. */
export function goodRequest(operation: Operation, key: string): RawRequest {
  const body = goodBodies[operation.id];
  return {
    wrong: 'nothing',
    method: operation.method,
    target: operation.path.replaceAll(/\{\w+\}/g, NOBODY),
    version: 'HTTP/1.1',
    headers: [
      'Host: localhost',
      `Authorization: Bearer ${key}`,
      ...(body === undefined ? [] : ['Content-Type: application/json']),
    ],
    body: Buffer.from(body === undefined ? '' : JSON.stringify(body)),
    cutAfter: null,
  };
}

/** A request with one of its headers in place of what it had under that name; `null` takes the header away. */
export function withHeader(request: RawRequest, name: string, value: string | null): RawRequest {
  const prefix = `${name.toLowerCase()}:`;
  const others = request.headers.filter((line) => !line.toLowerCase().startsWith(prefix));
  return { ...request, headers: value === null ? others : [...others, `${name}: ${value}`] };
}

/** The bytes to send. */
export function bytesOf({ method, target, version, headers, body, cutAfter }: RawRequest): Buffer {
  const framed = headers.some((line) => /^(content-length|transfer-encoding)\s*:/i.test(line));
  const length = framed || (body.length === 0 && method === 'GET') ? [] : [`Content-Length: ${body.length}`];
  const head = [`${method} ${target} ${version}`, ...headers, ...length, '', ''].join('\r\n');
  return Buffer.concat([Buffer.from(head, 'latin1'), body]).subarray(0, cutAfter ?? Number.POSITIVE_INFINITY);
}
