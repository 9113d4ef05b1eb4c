import {
  findIntent,
  ID_PATTERN,
  type IntentType,
  MAX_IDEMPOTENCY_KEY_CHARS,
  SIGNATURE_PATTERN,
  type SignedAttributes,
} from '@countersign/contracts';
import { DEFAULT_LIMITS } from '@countersign/http';
import type { BusRecord } from '@countersign/message-bus';
import { traceparentOf } from '../toolcall/traceparent.ts';
import { type Refused, refused } from './verdict.ts';

/** An intent as its record has it: whole, and not yet known to be anybody's. Its data is still bytes. */
export interface SignedIntent {
  readonly attributes: SignedAttributes & { readonly type: IntentType };
  readonly organization: string;
  /** Whom the record's key names. */
  readonly agentId: string;
  readonly traceparent: string | undefined;
  readonly signature: string;
  readonly data: Uint8Array;
}

/** Most headers of an intent; one has about ten. */
export const MAX_INTENT_HEADERS = 64;
const MAX_SOURCE_CHARS = 1_000;

const ID = new RegExp(`^[\\x21-\\x7e]{1,${MAX_IDEMPOTENCY_KEY_CHARS}}$`);
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;
const JSON_TYPE = /^application\/json *(?:; *charset="?utf-8"? *)?$/i;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Reads a record as a CloudEvent in binary mode, looking at nothing before its size. */
export function readIntent(record: BusRecord): SignedIntent | Refused {
  const tooLarge = sizeProblem(record);
  if (tooLarge) return refused('too_large', tooLarge);
  const header = (name: string) => textOf(record.headers[name]);

  const contentType = header('content-type');
  if (contentType !== undefined && !(contentType && JSON_TYPE.test(contentType)))
    return malformed('the content type is not application/json; events are sent in binary mode');
  if (header('ce_specversion') !== '1.0') return malformed('ce_specversion is not 1.0');
  const [id, source, type, time] = ['ce_id', 'ce_source', 'ce_type', 'ce_time'].map(header);
  if (!id || !ID.test(id))
    return malformed(`ce_id is not 1 to ${MAX_IDEMPOTENCY_KEY_CHARS} visible ASCII characters`);
  if (!source || source.length > MAX_SOURCE_CHARS)
    return malformed(`ce_source is not 1 to ${MAX_SOURCE_CHARS} characters`);
  if (!time || !TIME.test(time) || Number.isNaN(Date.parse(time)))
    return malformed('ce_time is not an RFC 3339 time');
  if (!type) return malformed('ce_type is missing');
  if (!record.value) return malformed('the record has no value');
  const intent = findIntent(type);
  if (!intent) return refused('unknown_type', 'ce_type is no intent');
  const organization = header('ce_organization');
  if (!organization || !ID_PATTERN.test(organization))
    return refused('organization_missing', 'ce_organization names no organization');
  const agentId = record.key && textOf(record.key);
  if (!agentId || !ID_PATTERN.test(agentId))
    return refused('wrong_key', 'the key of the record is no id of an agent');
  const signature = header('ce_signature');
  if (signature === undefined) return refused('unsigned', 'ce_signature is missing');
  if (!signature || !SIGNATURE_PATTERN.test(signature))
    return refused('bad_signature', 'ce_signature is not 64 bytes in base64url');
  return {
    attributes: { id, source, type: intent.type, time },
    organization,
    agentId,
    traceparent: traceparentOf(header('ce_traceparent')),
    signature,
    data: record.value,
  };
}

function sizeProblem({ key, value, headers }: BusRecord): string | null {
  const { bodyBytes, headerBytes } = DEFAULT_LIMITS;
  if ((value?.length ?? 0) > bodyBytes) return `the data is larger than ${bodyBytes} bytes`;
  const all = Object.entries(headers).flatMap(([name, values]) =>
    [values].flat().map((one) => name.length + (one?.length ?? 0)),
  );
  if (all.length > MAX_INTENT_HEADERS) return `there are more than ${MAX_INTENT_HEADERS} headers`;
  const bytes = all.reduce((sum, size) => sum + size, key?.length ?? 0);
  return bytes > headerBytes ? `key and headers are larger than ${headerBytes} bytes` : null;
}

/** The text of a header; `null` for one that is given twice, has no value or is no UTF-8. */
function textOf(value: BusRecord['headers'][string] | undefined): string | null | undefined {
  if (value === undefined) return undefined;
  if (!(value instanceof Uint8Array)) return null;
  try {
    return utf8.decode(value);
  } catch {
    return null;
  }
}

function malformed(detail: string): Refused {
  return refused('malformed_record', detail);
}
