import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from './canonical-json.ts';
import type { JsonValue } from './json-value.ts';

describe('canonicalJson', () => {
  it('O-LOG-2: writes what the reference implementation of RFC 8785 writes', () => {
    const json = fc.jsonValue({ stringUnit: 'binary', maxDepth: 6 });
    fc.assert(
      fc.property(json, (value) => {
        expect(canonicalJson(value as JsonValue)).toBe(canonicalize(value));
      }),
      { numRuns: 2_000 },
    );
  });

  it('writes numbers as the examples of RFC 8785 appendix B', () => {
    const examples: readonly (readonly [number, string])[] = [
      [-0, '0'],
      [5e-324, '5e-324'],
      [1.7976931348623157e308, '1.7976931348623157e+308'],
      [9007199254740992, '9007199254740992'],
      [295147905179352830000, '295147905179352830000'],
      [9.999999999999997e22, '9.999999999999997e+22'],
      [1e21, '1e+21'],
      [333333333.3333333, '333333333.3333333'],
      [0.000001, '0.000001'],
    ];
    for (const [number, text] of examples) expect(canonicalJson(number)).toBe(text);
  });

  it('sorts members by UTF-16 code units, as the example of section 3.2.3', () => {
    const value = { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\ud83d\ude00': 5, '\u0080': 6, '\u00f6': 7 };
    expect(canonicalJson(value)).toBe(
      '{"\\r":2,"1":4,"\u0080":6,"\u00f6":7,"\u20ac":1,"\ud83d\ude00":5,"\ufb33":3}',
    );
  });

  it('keeps a member that is named __proto__', () => {
    expect(canonicalJson(JSON.parse('{"b":1,"__proto__":{"a":2}}'))).toBe('{"__proto__":{"a":2},"b":1}');
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, '\ud800', 'a\udc00b', { '\udfff': 1 }, [Number.NaN]])(
    'refuses %j, which has no canonical form',
    (value) => {
      expect(() => canonicalJson(value)).toThrow(RangeError);
    },
  );
});
