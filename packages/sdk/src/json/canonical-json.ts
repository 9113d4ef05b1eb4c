import type { JsonValue } from './json-value.ts';

/**
 * The RFC 8785 (JCS) form of a JSON value: no white space, members sorted by UTF-16 code units, numbers and strings
 * as ECMAScript writes them.
 *
 * @throws RangeError for what has no such form: a number that is not finite, or text with a lone surrogate.
 */
export function canonicalJson(value: JsonValue): string {
  if (typeof value === 'string') return canonicalText(value);
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw new RangeError('a number that is not finite has no canonical form');
  }
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  // The default order of sort() is the order of UTF-16 code units, as section 3.2.3 asks.
  const members = Object.keys(value)
    .sort()
    .map((name) => `${canonicalText(name)}:${canonicalJson(value[name]!)}`);
  return `{${members.join(',')}}`;
}

function canonicalText(text: string): string {
  // With the u flag a paired surrogate is one code point of another category.
  if (/\p{Surrogate}/u.test(text)) throw new RangeError('text with a lone surrogate has no canonical form');
  return JSON.stringify(text);
}

function isArray(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}
