import { MAX_DEPTH } from './json-limits.ts';

/** What `membersOf` answers for a value that needs a closer look. It is equal to no count, and sums keep it. */
const SUSPICIOUS = Number.NaN;

/**
 * The number of object members in a parsed value, or NaN if something in it may have to be refused: too deep, a key
 * `__proto__`, a number beyond the safe integers, a lone surrogate (looked for only where the text has escapes:
 * decoded UTF-8 has none).
 */
export function membersOf(value: unknown, escapes: boolean, depth = 1): number {
  if (typeof value === 'string') return escapes && !value.isWellFormed() ? SUSPICIOUS : 0;
  if (typeof value === 'number') {
    return value > Number.MAX_SAFE_INTEGER || value < Number.MIN_SAFE_INTEGER ? SUSPICIOUS : 0;
  }
  if (typeof value !== 'object' || value === null) return 0;
  if (depth > MAX_DEPTH) return SUSPICIOUS;
  let members = 0;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) members += membersOf(value[i], escapes, depth + 1);
    return members;
  }
  const object = value as Record<string, unknown>;
  for (const key in object) {
    if (key === '__proto__' || (escapes && !key.isWellFormed())) return SUSPICIOUS;
    members += 1 + membersOf(object[key], escapes, depth + 1);
  }
  return members;
}

const QUOTE = 0x22;
const COLON = 0x3a;
const BACKSLASH = 0x5c;

/** The number of object members in the text of valid JSON: its colons outside of strings. */
export function membersInText(text: string): number {
  let members = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text.charCodeAt(at);
    if (char === COLON) members++;
    else if (char === QUOTE) at = closingQuote(text, at);
  }
  return members;
}

/** Where the string that opens at `open` closes. The text is valid JSON, so it does. */
function closingQuote(text: string, open: number): number {
  let close = text.indexOf('"', open + 1);
  while (isEscaped(text, close)) close = text.indexOf('"', close + 1);
  return close;
}

/** A quote is escaped by an odd number of backslashes before it. */
function isEscaped(text: string, quote: number): boolean {
  let backslashes = 0;
  while (text.charCodeAt(quote - 1 - backslashes) === BACKSLASH) backslashes++;
  return backslashes % 2 === 1;
}
