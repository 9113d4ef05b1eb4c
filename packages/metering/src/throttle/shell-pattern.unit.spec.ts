import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitsPattern } from './shell-pattern.ts';

/** A piece of a pattern beside what it says as a regular expression. */
const piece = fc.constantFrom(
  ['*', '.*'],
  ['?', '.'],
  ['[ab]', '[ab]'],
  ['[!a]', '[^a]'],
  ['[a-c/]', '[a-c/]'],
  ['[]a]', '[\\]a]'],
  ['[!]a]', '[^\\]a]'],
  ['[a-]', '[a\\-]'],
  ['[c-a]', '[^\\s\\S]'],
  ['a', 'a'],
  ['b/', 'b/'],
  [']', '\\]'],
  ['.', '\\.'],
  ['!', '!'],
);

describe('A-THR-11: a pattern of a path', () => {
  it.each([
    ['/v1/*', '/v1/a/b', true],
    ['*/retrieve', '/variants/retrieve', true],
    ['/a/*/b/*/c', '/a/1/b/2/c', true],
    ['/a/*/b/*/c', '/a/1/c', false],
    ['/a*a', '/a', false],
    ['*', '', true],
    ['/V1/*', '/v1/a', false],
    ['/v?/*', '/v1/a', true],
    ['/v[!23]/*', '/v1/a', true],
    ['/v[2-3]/*', '/v1/a', false],
    // Without a star nothing stands for anything else.
    ['/v?', '/v1', false],
    ['/v?', '/v?', true],
    ['/v[1]', '/v1', false],
    ['*[', 'a[', true],
  ])('%s: %s is %s', (pattern, path, expected) => {
    expect(fitsPattern(pattern, path)).toBe(expected);
  });

  it('is read as a regular expression of the same is', () => {
    const pieces = fc.array(piece, { maxLength: 8 });
    const path = fc.stringMatching(/^[abc/\].!-]{0,10}$/);
    fc.assert(
      fc.property(pieces, path, (given, text) => {
        const pattern = `${given.map(([shell]) => shell).join('')}*`;
        const expected = new RegExp(`^${given.map(([, regular]) => regular).join('')}.*$`, 's');
        expect(fitsPattern(pattern, text)).toBe(expected.test(text));
      }),
      { seed: 31, numRuns: 5_000 },
    );
  });

  it('never takes longer than the product of both lengths', () => {
    expect(fitsPattern(`${'*a'.repeat(240)}*b`, 'a'.repeat(20_000))).toBe(false);
    expect(fitsPattern(`*${'a'.repeat(480)}b*`, 'a'.repeat(16_000))).toBe(false);
  });
});
