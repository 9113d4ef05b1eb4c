import { describe, expect, it } from 'vitest';
import { compilePattern, MAX_PATTERN_CHARS } from './name-pattern.ts';

describe('patterns of names', () => {
  it.each([
    // What the official clients send without being asked.
    [String.raw`^(?!(\$.+$|PersistentConfig\d+$|Result$))`, 'order-1', '$streams'],
    [String.raw`^[^\$].*`, 'order-1', '$streams'],
    ['^order-.*$', 'order-1', 'tool-1'],
    ['^(?:order-.*|tool-.*|user-.*|agent-.*|meter-.*)$', 'meter-1', 'policy-1'],
    [String.raw`^(order|user)-\d{1,3}$`, 'user-12', 'user-x'],
    ['^[a-z(+*]+-(x)?', 'order-1', 'ORDER'],
  ])('%s is taken', (pattern, matching, other) => {
    const compiled = compilePattern(pattern) as RegExp;
    expect(compiled.test(matching)).toBe(true);
    expect(compiled.test(other)).toBe(false);
  });

  it.each([
    '^(a+)+$',
    '^(a|a)*$',
    '^((a+)b?)*$',
    '(?:x{1,9}){1,9}',
    String.raw`(a)\1`,
    String.raw`(?<n>a)\k<n>`,
    '.*.*.*.*x',
    '(',
    'x'.repeat(MAX_PATTERN_CHARS + 1),
  ])('%s is refused', (pattern) => {
    expect(compilePattern(pattern)).toBeTypeOf('string');
  });
});
