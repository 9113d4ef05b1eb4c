import { RE2JS } from 're2js';
import type { Run } from './run.ts';

/** A regular expression that takes linear time. It stands for "somewhere in the text", as JSON Schema has it. */
export interface Pattern {
  readonly source: string;
  matches(text: string, run: Run): boolean;
}

/** Pattern instructions run in one step. */
const INSTRUCTIONS_PER_STEP = 3;

/**
 * Compiles a developer's expression, which will meet an agent's text, on RE2. Matching goes through a matcher: `test`
 * would keep up to 8 MB of automaton for each expression.
 * @throws if RE2 does not have the syntax (look-around, back-references).
 */
export function compilePattern(source: string): Pattern {
  const compiled = RE2JS.compile(RE2JS.translateRegExp(asInEcmaScript(source)));
  const perCharacter = compiled.programSize() / INSTRUCTIONS_PER_STEP;
  return {
    source,
    matches(text, run) {
      run.spend(Math.ceil(perCharacter * (1 + text.length)));
      return compiled.matcher(text).find();
    },
  };
}

const SPACES =
  '\\t-\\r \\x{a0}\\x{1680}\\x{2000}-\\x{200a}\\x{2028}\\x{2029}\\x{202f}\\x{205f}\\x{3000}\\x{feff}';
const NO_SPACES =
  '\\x00-\\x08\\x0e-\\x1f!-\\x{9f}\\x{a1}-\\x{167f}\\x{1681}-\\x{1fff}\\x{200b}-\\x{2027}\\x{202a}-\\x{202e}\\x{2030}-\\x{205e}\\x{2060}-\\x{2fff}\\x{3001}-\\x{fefe}\\x{ff00}-\\x{10ffff}';

/**
 * RE2 has other white space and other ends of lines than JSON Schema, whose expressions are those of ECMA-262. Where a
 * flag says that a dot is to be everything, it is.
 */
function asInEcmaScript(source: string): string {
  const dot = /\(\?[a-z]*s/i.test(source) ? '.' : '[^\\n\\r\\x{2028}\\x{2029}]';
  return source.replace(TOKENS, (token) => {
    if (token === '.') return dot;
    if (token === '\\s') return `[${SPACES}]`;
    if (token === '\\S') return `[${NO_SPACES}]`;
    return token.startsWith('[') ? token.replace(/\\./gsu, inClass) : token;
  });
}

function inClass(escaped: string): string {
  if (escaped === '\\s') return SPACES;
  return escaped === '\\S' ? NO_SPACES : escaped;
}

/** What a Unicode class counts for, once: it is a table of hundreds of ranges. */
const UNICODE_CLASS = 50;

/** What a range of characters counts for, once, where a flag lets case be either: each of them is looked up. */
const FOLDED_RANGE = 600;

/**
 * What an expression comes to, known before anything is compiled: its length, and one for each piece that it has when
 * its repetitions are written out. `(ab){3}` has some 9. It reads RE2's syntax and never counts fewer pieces than there
 * are; what is no expression at all, RE2 refuses afterwards.
 * @throws for what RE2 knows and JSON Schema does not: quotation of whole texts, which would hide brackets, and classes by name,
 * which would let more pass.
 */
export function patternSize(source: string): number {
  const unicode = source.match(/\\[pP]/g)?.length ?? 0;
  const folded = /\(\?[a-z-]*i/i.test(source) ? rangesOf(source) : 0;
  return source.length + unicode * UNICODE_CLASS + folded * FOLDED_RANGE + piecesOf(source);
}

/** Ranges that may span all of Unicode: those of classes that are not plain ASCII, and white space. */
function rangesOf(source: string): number {
  let ranges = source.match(/\\[sS]/g)?.length ?? 0;
  for (const [token] of source.matchAll(TOKENS)) {
    if (token.startsWith('[') && !/^(?:[ -[\]-~]|\\[^xu])*$/.test(token))
      ranges += token.split('-').length - 1;
  }
  return ranges;
}

/** A repetition with its bounds, flags, a class, an escape with its braces, or one character. */
const TOKENS =
  /\{(\d+)(?:,(\d*))?\}|\(\?[a-zA-Z-]+\)|\[\^?\]?(?:\[:\^?\w+:\]|\\[pP](?:\{[^}]*\}|.)|\\.|[^\\\]])*\]?|\\[pPxu]\{[^}]*\}|\\.|./gsu;

function piecesOf(source: string): number {
  const groups = [0];
  /** Pieces of what a repetition would repeat. */
  let last = 0;
  const grow = (pieces: number) => {
    last += pieces;
    groups[groups.length - 1] = (groups.at(-1) ?? 0) + pieces;
  };
  for (const [token, min, max] of source.matchAll(TOKENS)) {
    if (token === '\\Q') throw new Error('\\Q is no escape: write the characters one by one');
    if (token.startsWith('[') && /\[:\^?\w+:\]/.test(token))
      throw new Error('[:name:] names no class of characters: write the characters, or \\p{…}');
    // A repetition after flags is one of what stands before them.
    if (token.startsWith('(?')) continue;
    if (min !== undefined) grow(last * Math.max(Number(min), Number(max || 0)) + Number(max || 1));
    else if (token === '(') groups.push(0);
    else if ('*+?'.includes(token)) grow(1);
    else {
      last = 0;
      grow(token === ')' && groups.length > 1 ? (groups.pop() ?? 0) + 2 : 1);
    }
  }
  return groups.reduce((sum, pieces) => sum + pieces, 0);
}
