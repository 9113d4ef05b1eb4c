import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainJson, plainLines, plainText } from './plain-text.ts';

/** Written apart from the code: ranges of what a terminal obeys or a reader can't see. */
const RANGES = [
  [0x00, 0x1f],
  [0x7f, 0x9f],
  [0xad, 0xad],
  [0x34f, 0x34f],
  [0x61c, 0x61c],
  [0x180e, 0x180e],
  [0x200b, 0x200f],
  [0x2028, 0x202e],
  [0x2060, 0x2069],
  [0xd800, 0xdfff],
  [0xfe00, 0xfe0f],
  [0xfeff, 0xfeff],
  [0xfff9, 0xfffb],
  [0xe0000, 0xe01ef],
] as const;

const isDeceptive = (text: string): boolean =>
  [...text].some((character) => {
    const point = character.codePointAt(0)!;
    return RANGES.some(([from, to]) => from <= point && point <= to);
  });

const nasty = fc.string({
  unit: fc.oneof(
    fc.constantFrom(
      '\u001b',
      '\u009b',
      '\u202e',
      '\u2066',
      '\u200b',
      '\ufeff',
      '\u00ad',
      '\n',
      '\t',
      '\0',
      '\u{e0041}',
      '\ud800',
    ),
    fc.string({ minLength: 1, maxLength: 1, unit: 'binary' }),
  ),
});

describe('plain text', () => {
  it('leaves what can be read as it is', () => {
    expect(plainText('Größe: 12 € – 日本語 ✓')).toBe('Größe: 12 € – 日本語 ✓');
  });

  it.each([
    ['\u001b[31mred', '\\u001b[31mred'],
    ['\u009b2J', '\\u009b2J'],
    ['a\u202etxt.exe', 'a\\u202etxt.exe'],
    ['pay\u200bpal', 'pay\\u200bpal'],
    ['one\ntwo\r\tthree', 'one\\ntwo\\r\\tthree'],
    ['\u{e0041}', '\\udb40\\udc41'],
    ['\ud800', '\\ud800'],
  ])('shows %j', (text, shown) => {
    expect(plainText(text)).toBe(shown);
  });

  it('lets nothing deceptive through', () => {
    fc.assert(fc.property(nasty, (text) => !isDeceptive(plainText(text))));
  });
});

describe('plain lines', () => {
  it('marks every line, so that none passes for one of ours', () => {
    expect(plainLines('fine\nstate  granted')).toBe('| fine\n| state  granted');
    fc.assert(
      fc.property(nasty, (text) =>
        plainLines(text)
          .split('\n')
          .every((line) => line.startsWith('| ')),
      ),
    );
  });
});

describe('plain JSON', () => {
  it('is equal to what was given, and lets nothing deceptive through but its own line ends', () => {
    fc.assert(
      fc.property(fc.dictionary(nasty, fc.oneof(nasty, fc.integer(), fc.constant(null))), (value) => {
        const text = plainJson(value, 2);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(isDeceptive(text.replaceAll('\n', ''))).toBe(false);
        expect(isDeceptive(plainJson(value))).toBe(false);
      }),
    );
  });
});
