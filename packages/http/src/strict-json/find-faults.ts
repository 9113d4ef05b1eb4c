import { EXPONENT_FORM_FROM, MAX_DEPTH, MAX_FAULTS } from './json-limits.ts';
import { placeOf } from './place.ts';
import { readString } from './read-string.ts';
import { afterNested, afterNumber, afterWhitespace, afterWord } from './skip.ts';

/** One refused place of a body: where (RFC 6901 JSON pointer) and what to do about it. */
export interface Fault {
  readonly pointer: string;
  readonly detail: string;
}

/**
 * Every fault of a JSON text, at most `MAX_FAULTS`, in the order of the text. Reading ends at the first syntax error,
 * because what follows it has no sure meaning. Slow beside the built-in parser: it explains refusals, nothing else.
 */
export function findFaults(text: string): readonly Fault[] {
  const faults: Fault[] = [];
  const path: (string | number)[] = [];
  let at = 0;

  const report = (detail: string): void => {
    if (faults.length < MAX_FAULTS) faults.push({ pointer: pointerOf(path), detail });
  };
  /** Reports a syntax error and ends the reading. */
  const stop = (expected: string): false => {
    report(`${placeOf(text, at)}: ${expected}`);
    return false;
  };
  const skipWhitespace = (): void => {
    at = afterWhitespace(text, at);
  };

  const readValue = (depth: number): boolean => {
    skipWhitespace();
    const first = text[at];
    if (first === '{' || first === '[') {
      if (depth > MAX_DEPTH) return skipTooDeep();
      at++;
      return first === '{' ? readMembers(depth) : readItems(depth);
    }
    if (first === '"') return readText() !== undefined;
    if (first === '-' || (first !== undefined && first >= '0' && first <= '9')) return readNumber();
    const end = afterWord(text, at);
    if (end === at) return stop('expected a value');
    at = end;
    return true;
  };

  const skipTooDeep = (): boolean => {
    report(`is nested deeper than ${MAX_DEPTH} levels; send a flatter structure`);
    at = afterNested(text, at);
    return true;
  };

  const readNumber = (): boolean => {
    const end = afterNumber(text, at);
    if (end === at) return stop('expected a number');
    const fault = numberFault(text.slice(at, end));
    if (fault) report(fault);
    at = end;
    return true;
  };

  const readText = (): string | undefined => {
    const string = readString(text, at);
    if ('expected' in string) {
      at = string.at;
      stop(string.expected);
      return undefined;
    }
    if (!string.value.isWellFormed()) {
      report('holds half of a surrogate pair (\\ud800 to \\udfff); send the whole character');
    }
    at = string.at;
    return string.value;
  };

  const readItems = (depth: number): boolean => {
    skipWhitespace();
    if (text[at] === ']') return advance();
    for (let index = 0; ; index++) {
      path.push(index);
      const readable = readValue(depth + 1);
      if (!readable) return false;
      path.pop();
      skipWhitespace();
      if (text[at] === ']') return advance();
      if (text[at] !== ',') return stop("expected ',' or ']'");
      at++;
    }
  };

  const readMembers = (depth: number): boolean => {
    const seen = new Set<string>();
    skipWhitespace();
    if (text[at] === '}') return advance();
    for (;;) {
      skipWhitespace();
      if (text[at] !== '"') return stop('expected a key in double quotes');
      const key = readText();
      if (key === undefined) return false;
      path.push(key);
      if (seen.has(key)) report('is a duplicate key; send every key once');
      if (key === '__proto__') report('is a key that is not taken; rename it');
      seen.add(key);
      skipWhitespace();
      if (text[at] !== ':') return stop("expected ':'");
      at++;
      const readable = readValue(depth + 1);
      if (!readable) return false;
      path.pop();
      skipWhitespace();
      if (text[at] === '}') return advance();
      if (text[at] !== ',') return stop("expected ',' or '}'");
      at++;
    }
  };

  const advance = (): true => {
    at++;
    return true;
  };

  if (readValue(1)) {
    skipWhitespace();
    if (at < text.length) stop('expected the end of the body');
  }
  return faults;
}

function numberFault(token: string): string | undefined {
  const value = Number(token);
  if (!Number.isFinite(value)) return 'is a number too large for a 64-bit float; send it as a string';
  const size = Math.abs(value);
  if (size <= Number.MAX_SAFE_INTEGER) return undefined;
  if (size >= EXPONENT_FORM_FROM && /[.eE]/.test(token)) return undefined;
  return 'is an integer beyond ±9007199254740991, which readers round; send it as a string';
}

/** Longest part of a pointer: a pointer helps a person to find the place, it need not repeat a huge key. */
const MAX_TOKEN_CHARS = 100;

function pointerOf(path: readonly (string | number)[]): string {
  return path.map((token) => `/${escapeToken(String(token))}`).join('');
}

function escapeToken(token: string): string {
  return token.slice(0, MAX_TOKEN_CHARS).replaceAll('~', '~0').replaceAll('/', '~1');
}
