import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lineDiff } from './line-diff.ts';

const text = fc
  .array(fc.constantFrom('a', 'b', 'c', ''), { minLength: 1, maxLength: 12 })
  .map((lines) => lines.join('\n'));
const side = (diff: ReturnType<typeof lineDiff>, without: 'added' | 'removed') =>
  diff
    .filter(({ kind }) => kind !== without)
    .map((line) => line.text)
    .join('\n');

describe('the difference of two texts', () => {
  it('holds both of them', () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        const diff = lineDiff(before, after);
        expect(side(diff, 'added')).toBe(before.replace(/\n$/, ''));
        expect(side(diff, 'removed')).toBe(after.replace(/\n$/, ''));
      }),
    );
  });

  it('is nothing for the same text, and no longer than it must be', () => {
    expect(lineDiff('a\nb\n', 'a\nb').every(({ kind }) => kind === 'same')).toBe(true);
    const diff = lineDiff('one\ntwo\nthree\nfour', 'one\n2\nthree\nfour\nfive');
    expect(diff.filter(({ kind }) => kind !== 'same')).toEqual([
      { kind: 'removed', text: 'two' },
      { kind: 'added', text: '2' },
      { kind: 'added', text: 'five' },
    ]);
  });
});
