import fc from 'fast-check';
import { RE2JS } from 're2js';
import { describe, expect, it } from 'vitest';
import { compilePattern, patternSize } from './pattern.ts';
import { Run } from './run.ts';

const atom = fc.constantFrom(
  ...[
    'a',
    '.',
    '[a-z]',
    '[^\\]x]',
    '[a[:]',
    '[]a]',
    '\\d',
    '\\pL',
    '\\p{Nd}',
    '[\\pL\\]{3}]',
    '\\x{41}',
    '\\u0041',
  ],
  ...['^', '$', '\\b', '\\\\', '\\(', '{', '}', ']', '-', 'é', '😀', '(?i)', '|', '{,3}'],
);
const repetition = fc.constantFrom('', '', '', '*', '+?', '?', '{0}', '{7}', '{3,}', '{2,9}', '{0,12}');
const expression = fc.letrec<{ part: string; whole: string }>((tie) => ({
  part: fc
    .tuple(
      fc.oneof(
        { depthSize: 'small' },
        atom,
        tie('whole').map((inner) => `(${inner})`),
        tie('whole').map((inner) => `(?:${inner})`),
      ),
      repetition,
    )
    .map(([piece, times]) => piece + times),
  whole: fc.array(tie('part'), { minLength: 1, maxLength: 5 }).map((parts) => parts.join('')),
})).whole;

/** Instructions that RE2 makes of an expression; `null` if it is none. */
function instructionsOf(source: string): number | null {
  try {
    return RE2JS.compile(RE2JS.translateRegExp(source)).programSize();
  } catch {
    return null;
  }
}

const find = (source: string, text: string) => compilePattern(source).matches(text, new Run());

describe('the size of a pattern', () => {
  it('is known before it is compiled, and no less than what is compiled', () => {
    fc.assert(
      fc.property(expression, (source) => {
        const instructions = instructionsOf(source);
        // RE2 adds a beginning and an end of its own.
        if (instructions !== null) expect(patternSize(source)).toBeGreaterThanOrEqual(instructions - 2);
      }),
      { numRuns: 1_000 },
    );
  });

  it.each(['[[:alpha:]]', '^[x[:^digit:]]+$', '\\Qa.b\\E'])(
    'is refused where only RE2 knows it: %s',
    (source) => {
      expect(() => patternSize(source)).toThrow();
    },
  );

  it('multiplies repetitions within each other', () => {
    expect(patternSize('((((a?){10}){10}){10})')).toBeGreaterThan(3_000);
    expect(patternSize('^[a-z0-9][a-z0-9._-]{0,62}$')).toBeLessThan(200);
  });
});

describe('a pattern', () => {
  it.each([
    ['b', 'abc', true],
    ['^b', 'abc', false],
    ['^\\u00e9$', 'é', true],
    ['^.$', '😀', true],
    ['^(?<year>\\d{4})\\/\\d\\d$', '2026/11', true],
  ])('%s is found in %s: %s', (source, text, expected) => {
    expect(find(source, text)).toBe(expected);
  });

  it('means what it means in ECMAScript', () => {
    const one = fc.constantFrom(
      ...[
        'a',
        'b',
        '.',
        '\\s',
        '\\S',
        '[\\s]',
        '[^\\s]',
        '[\\Sb]',
        '[^\\S]',
        '[^a]',
        '\\d',
        '\\D',
        '\\w',
        '\\W',
        '\\p{L}',
        '[a-c\\-\\]]',
      ],
      ...['\\b', '^', '$', '|', '\\n', '\\u00a0', '\\/', '\\.', '\\\\s', '[\\\\s]'],
    );
    const part = fc
      .tuple(one, fc.constantFrom('', '', '', '*', '+', '?', '{2}', '{1,3}', '+?'))
      .map((pair) => pair.join(''));
    const source = fc.array(
      fc.oneof(
        part,
        part.map((inner) => `(${inner})`),
      ),
      { minLength: 1, maxLength: 4 },
    );
    const character = fc.constantFrom(
      ...['a', 'b', 'c', 's', '1', '_', '-', ']', '\\', '/', '.', 'é', '😀'],
      ...[' ', '\t', '\n', '\v', '\r', '\u00a0', '\u200b', '\u2028', '\u3000', '\ufeff'],
    );
    const text = fc.array(character, { maxLength: 5 }).map((characters) => characters.join(''));
    fc.assert(
      fc.property(source, fc.array(text, { minLength: 5, maxLength: 5 }), (parts, texts) => {
        const expression = parts.join('');
        const oracle = ecmaScript(expression);
        if (!oracle) return;
        const { matches } = compilePattern(expression);
        for (const one of texts)
          expect([expression, one, matches(one, new Run())]).toEqual([expression, one, oracle.test(one)]);
      }),
      { numRuns: 1_000 },
    );
  });
});

/** The engine's own expression, for short texts; `null` if it is none. */
function ecmaScript(source: string): RegExp | null {
  try {
    return new RegExp(source, 'u');
  } catch {
    return null;
  }
}
