import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isSameJson } from './same-json.ts';

/** What is left of a value that was stored and read again. */
const stored = (value: unknown) => JSON.parse(JSON.stringify(value));

it('two values are the same where they are read as the same, judged by storing them', () => {
  // Few values, so that many pairs are equal.
  const value = fc.jsonValue({ maxDepth: 2, stringUnit: fc.constantFrom('a', 'b') });
  fc.assert(
    fc.property(value, value, (one, other) => {
      expect(isSameJson(one, other)).toBe(isDeepStrictEqual(stored(one), stored(other)));
      expect(isSameJson(one, stored(one))).toBe(true);
    }),
  );
});

it.each([
  [{ a: 1, b: 2 }, { b: 2, a: 1 }, true],
  [[-0], [0], true],
  [{ a: 1, b: undefined }, { a: 1 }, true],
  [[1, 2], [2, 1], false],
  [null, undefined, false],
  [1, '1', false],
])('%o and %o: %s', (one, other, same) => {
  expect(isSameJson(one, other)).toBe(same);
});
