import type { FastifyInstance, FastifyRequest } from 'fastify';
import { parseStrictJson, type StrictJson } from '../strict-json/parse-strict-json.ts';

/** What a body was read as; undefined is no body. Faults are values: the route decides what they mean. */
export type ReadBody = StrictJson | UnsupportedBody | undefined;

/** JSON in an encoding other than UTF-8, or compressed. */
export interface UnsupportedBody {
  readonly ok: false;
  readonly code: 'unsupported_media_type';
  readonly detail: string;
}

const UNSUPPORTED: UnsupportedBody = {
  ok: false,
  code: 'unsupported_media_type',
  detail: 'send `Content-Type: application/json`, in UTF-8',
};

const ENCODED: UnsupportedBody = {
  ok: false,
  code: 'unsupported_media_type',
  detail: 'send the body as it is, without Content-Encoding',
};

/** `application/json`, with no parameter but the charset that JSON has anyway (RFC 8259 section 8.1). */
const JSON_IN_UTF8 = /^application\/json *(?:; *charset="?utf-8"? *)?$/i;

/** Makes strict JSON the only body that is read; every other content type is refused by the error handler. */
export function readJsonBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer' },
    (request: FastifyRequest, bytes: Buffer, done) => {
      done(null, readBody(request, bytes));
    },
  );
}

function readBody({ headers }: FastifyRequest, bytes: Buffer): ReadBody {
  if (!JSON_IN_UTF8.test(headers['content-type'] ?? '')) return UNSUPPORTED;
  if (headers['content-encoding'] !== undefined) return ENCODED;
  return bytes.length === 0 ? undefined : parseStrictJson(bytes);
}
