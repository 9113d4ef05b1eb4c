import fc from 'fast-check';
import { bytesOf, type RawRequest, withHeader } from '../raw-request.ts';
import type { Kind } from './kind.ts';

const CHUNK_GARBAGE = [
  'zz\r\n',
  '-5\r\nabcde\r\n',
  '5\r\nab',
  'FFFFFFFFFFFFFFFFF\r\n',
  '5;x\r\nabcdeXX',
  '\r\n\r\n',
  '0x5\r\nabcde\r\n0\r\n\r\n',
  '1\r\n{\r\n0\r\nX\r\n',
];
const LENGTHS = ['-1', 'abc', '1e3', '0x10', '5, 6', '99999999999999999999', ' ', '+5'];

/** A head that is not HTTP/1.1 as the server takes it. */
export const wrongHead: Kind = (_operation, good) => {
  const more = (...lines: string[]) => ({ ...good, headers: [...good.headers, ...lines] });
  const filled = (count: number) =>
    Array.from({ length: count }, (_, index) => `X-Filler-${index}: ${'x'.repeat(40)}`);
  const heads: readonly [string, RawRequest][] = [
    ['a huge header', more(`X-Huge: ${'x'.repeat(17_000)}`)],
    ['a very huge header', more(`X-Huge: ${'x'.repeat(200_000)}`)],
    ['many headers', more(...filled(2_500))],
    ['no host', withHeader(good, 'Host', null)],
    ['a header without a colon', more('X-Nothing')],
    ['a header without a name', more(': x')],
    ['a space before the colon', more('X-Space : x')],
    ['a control character', more('X-Control: a\x01b')],
    ['a NUL', more('X-Nul: a\x00b')],
    ['a bare carriage return', more('X-Return: a\rb')],
    ['a folded line', more('X-Folded: a', ' b')],
    ['an unknown expectation', more('Expect: 200-maybe')],
    ['another version', { ...good, version: 'HTTP/9.9' }],
    ['no version', { ...good, version: '' }],
    ['the preface of HTTP/2', { ...good, method: 'PRI', target: '*', version: 'HTTP/2.0' }],
    [
      'a TLS hello',
      { ...good, method: '\x16\x03\x01\x02\x00', target: '\x01\x00\x01', version: '\xfc\x03\x03' },
    ],
    ['nothing but bytes', { ...good, method: '\xff\xfe', target: '\x80', version: '\x00', headers: [] }],
  ];
  return fc.constantFrom(...heads).map(([wrong, request]) => ({ ...request, wrong }));
};

/** A request that ends before it is whole. */
export const cutOff: Kind = (_operation, good) =>
  fc
    .nat(bytesOf(good).length - 1)
    .map((bytes) => ({ ...good, cutAfter: bytes, wrong: `cut off after ${bytes} bytes` }));

/** A body whose length is not what the head says, or that comes in pieces that are none. */
export const wrongFraming: Kind = (operation, good) => {
  if (operation.bodySchema === null) return null;
  const { body } = good;
  const framed = (wrong: string, ...lines: string[]): RawRequest => ({
    ...good,
    headers: [...good.headers, ...lines],
    wrong,
  });
  /** The client has nothing more to say, so that the server need not wait for it. */
  const ended = (request: RawRequest): RawRequest => ({ ...request, cutAfter: bytesOf(request).length });
  const length = (bytes: number) => `Content-Length: ${bytes}`;
  return fc.oneof(
    fc.constantFrom(...LENGTHS).map((text) => framed(`length ${text}`, `Content-Length: ${text}`)),
    fc
      .constantFrom(...CHUNK_GARBAGE)
      .map((chunks) =>
        ended({ ...framed('chunks', 'Transfer-Encoding: chunked'), body: Buffer.from(chunks) }),
      ),
    fc
      .constantFrom('gzip', 'chunked, gzip', 'identity, x', 'chunkedx')
      .map((coding) => ended(framed(`coding ${coding}`, `Transfer-Encoding: ${coding}`))),
    fc
      .integer({ min: 1, max: 1_000 })
      .map((more) => ended(framed('a longer length', length(body.length + more)))),
    fc.nat(body.length - 2).map((bytes) => framed('a shorter length', length(bytes))),
    fc.constant(ended(framed('a length and chunks', length(body.length), 'Transfer-Encoding: chunked'))),
    fc.constant(ended(framed('two lengths', length(body.length), length(body.length + 1)))),
  );
};
