import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { withHeader } from '../raw-request.ts';
import type { Kind } from './kind.ts';

const NO_JSON = [
  null,
  '',
  'text/plain',
  'application/xml',
  'application/json; charset=utf-16',
  'application/json; charset=latin1',
  'application/json, application/json',
  'application/jsonp',
  'application/problem+json',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  ';',
  'a/b/c',
  '__proto__',
  'application/json\x00',
];

/** A body that says it is something else, or is packed. */
export const wrongContentType: Kind = (operation, good) => {
  if (operation.bodySchema === null) return null;
  const packed = {
    ...withHeader(good, 'Content-Encoding', 'gzip'),
    body: gzipSync(good.body),
    wrong: 'gzip',
  };
  return fc.oneof(
    fc
      .constantFrom(...NO_JSON)
      .map((type) => ({ ...withHeader(good, 'Content-Type', type), wrong: `type ${type}` })),
    fc.constant(packed),
  );
};

/** A body for an operation that takes none. */
export const uninvitedBody: Kind = (operation, good) => {
  if (operation.bodySchema !== null || operation.method === 'GET') return null;
  return fc.constantFrom('{}', 'null', '[]', '{"reason":"x"}', '{', '\xff').map((text) => ({
    ...withHeader(good, 'Content-Type', 'application/json'),
    body: Buffer.from(text, 'latin1'),
    wrong: `a body: ${text}`,
  }));
};

/** A header of the operation's own that is not what it takes. */
export const wrongOwnHeader: Kind = (operation, good) => {
  const name = { announceToolCall: 'Idempotency-Key', streamEvents: 'Last-Event-ID' }[operation.id];
  if (name === undefined) return null;
  return fc
    .constantFrom('', 'a b', 'k'.repeat(300), '\xe9', 'a\tb')
    .map((value) => ({ ...withHeader(good, name, value), wrong: `${name} ${value.slice(0, 20)}` }));
};
