import { describe, expect, it } from 'vitest';
import { duration, oneOf, wholeNumber, words } from './option-values.ts';

describe('values of options', () => {
  it.each([
    ['90s', 90_000],
    ['15m', 900_000],
    ['2h', 7_200_000],
    ['30d', 2_592_000_000],
  ])('%s is a duration', (text, ms) => {
    expect(duration(text)).toBe(ms);
  });

  it.each(['', '15', '1w', '-1m', '1.5h', ' 1m', '1000000000s'])('%j is none', (text) => {
    expect(() => duration(text)).toThrow('such as 90s');
  });

  it.each(['', '-1', '1e3', '0x10', '1.0', '9'.repeat(20)])('%j is no whole number', (text) => {
    expect(() => wholeNumber(text)).toThrow('whole number');
  });

  it('reads numbers, words, and one of some words', () => {
    expect(wholeNumber('0100')).toBe(100);
    expect(words('a, b,,c')).toEqual(['a', 'b', 'c']);
    expect(oneOf(['x', 'y'])('y')).toBe('y');
    expect(() => oneOf(['x', 'y'])('z')).toThrow('x, y');
  });
});
