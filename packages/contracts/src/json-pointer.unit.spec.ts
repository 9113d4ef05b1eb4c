import { describe, expect, it } from 'vitest';
import { jsonPointerOf, namesIn } from './json-pointer.ts';

describe('a JSON pointer', () => {
  it.each<[string, string[]]>([
    ['', []],
    ['/', ['']],
    ['/a~1b/m~0n/0/', ['a/b', 'm~n', '0', '']],
    ['/~01', ['~1']],
  ])('%j names as RFC 6901 says', (pointer, names) => {
    expect(jsonPointerOf(names)).toBe(pointer);
    expect(namesIn(pointer)).toEqual(names);
  });

  it('begins with a slash', () => {
    expect(namesIn('a/b')).toBeNull();
  });

  it('of a path with numbers repeats no name that is too long', () => {
    expect(jsonPointerOf(['x'.repeat(65), 0])).toBe(`/${'x'.repeat(64)}…/0`);
  });
});
