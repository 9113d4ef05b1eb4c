import { isUtf8 } from 'node:buffer';
import { membersInText, membersOf } from './count-members.ts';
import { type Fault, findFaults } from './find-faults.ts';
import { MAX_FAULTS } from './json-limits.ts';

/** A value, or why the bytes are refused: `malformed_json` is no JSON, `invalid_request` is JSON that isn't safe to read. */
export type StrictJson =
  | { readonly ok: true; readonly value: unknown }
  | {
      readonly ok: false;
      readonly code: 'malformed_json' | 'invalid_request';
      readonly detail: string;
      readonly errors: readonly Fault[];
    };

/**
 * Reads JSON that means the same to every reader (RFC 7493): UTF-8, no duplicate keys, no number that
 * is rounded to another integer or to infinity, no lone surrogates, no key `__proto__`, at most 32 levels.
 *
 * It is on the hot path, so the built-in parser does the syntax and two linear passes look for reasons to doubt: a
 * duplicate key leaves fewer members in the value than in the text. Only then the slow reader looks for the faults.
 */
export function parseStrictJson(bytes: Uint8Array): StrictJson {
  if (!isUtf8(bytes)) return malformed('the body is not UTF-8; encode it as UTF-8', []);
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  const value = parse(text);
  if (value === NOT_JSON) {
    const errors = findFaults(text);
    return malformed('the body is not valid JSON', errors);
  }
  if (membersOf(value, text.includes('\\')) === membersInText(text)) return { ok: true, value };
  const errors = findFaults(text);
  if (errors.length === 0) return { ok: true, value };
  return { ok: false, code: 'invalid_request', detail: summary(errors), errors };
}

const NOT_JSON = Symbol('not JSON');

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return NOT_JSON;
  }
}

function malformed(detail: string, errors: readonly Fault[]): StrictJson {
  return { ok: false, code: 'malformed_json', detail, errors };
}

function summary(errors: readonly Fault[]): string {
  if (errors.length < MAX_FAULTS) return 'the body is JSON that readers would not understand alike';
  return `the body is JSON that readers would not understand alike; the first ${MAX_FAULTS} faults are listed`;
}
