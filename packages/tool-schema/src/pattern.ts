import { RE2JS } from 're2js';
import type { Run } from './run.ts';

/** A regular expression that takes linear time. It stands for "somewhere in the text", as JSON Schema has it. */
export interface Pattern {
  readonly source: string;
  matches(text: string, run: Run): boolean;
}

/** Pattern instructions run in one step. */
const INSTRUCTIONS_PER_STEP = 4;

/**
 * Compiles a developer's expression, which will meet an agent's text, on RE2. Matching goes through a matcher: `test`
 * would keep up to 8 MB of automaton for each expression.
 * @throws if RE2 does not have the syntax (look-around, back-references).
 */
export function compilePattern(source: string): Pattern {
  const compiled = RE2JS.compile(RE2JS.translateRegExp(source));
  const perCharacter = compiled.programSize() / INSTRUCTIONS_PER_STEP;
  return {
    source,
    matches(text, run) {
      run.spend(Math.ceil(perCharacter * (1 + text.length)));
      return compiled.matcher(text).find();
    },
  };
}

/** What a Unicode class counts for, once: it is a table of hundreds of ranges. */
const UNICODE_CLASS = 50;

/**
 * What an expression comes to, known before anything is compiled: its length, and one for each piece that it has when
 * its repetitions are written out. `(ab){3}` has some 9. It reads RE2's syntax and never counts fewer pieces than there
 * are; what is no expression at all, RE2 refuses afterwards.
 * @throws for RE2's quotation of whole texts, which is not of JSON Schema and would hide brackets.
 */
export function patternSize(source: string): number {
  const unicode = source.match(/\\[pP]/g)?.length ?? 0;
  return source.length + unicode * UNICODE_CLASS + piecesOf(source);
}

/** A repetition with its bounds, a class, an escape with its braces, or one character. */
const TOKENS =
  /\{(\d+)(?:,(\d*))?\}|\[\^?\]?(?:\[:\^?\w+:\]|\\[pP](?:\{[^}]*\}|.)|\\.|[^\\\]])*\]?|\\[pPxu]\{[^}]*\}|\\.|./gsu;

function piecesOf(source: string): number {
  const groups = [0];
  let last = 0;
  const add = (pieces: number) => {
    last = pieces;
    groups[groups.length - 1] = (groups.at(-1) ?? 0) + pieces;
  };
  for (const [token, min, max] of source.matchAll(TOKENS)) {
    if (token === '\\Q') throw new Error('\\Q is no escape: write the characters one by one');
    if (min !== undefined) add(last * Math.max(Number(min), Number(max || 0)) + Number(max || 1));
    else if (token === '(') groups.push(0);
    else if (token === ')' && groups.length > 1) add((groups.pop() ?? 0) + 2);
    else add(1);
  }
  return groups.reduce((sum, pieces) => sum + pieces, 0);
}
