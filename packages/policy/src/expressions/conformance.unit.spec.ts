import { describe, expect, it } from 'vitest';
import { call } from '../spec/calls.ts';
import { type Outcome, oracle, ours } from '../spec/engines.ts';

const FACTS = call({
  args: {
    s: 'ab',
    n: 3,
    half: 1.5,
    l: [1, 2],
    m: { k: 'v' },
    nothing: null,
    yes: true,
    rows: [{ k: 'a' }, { k: 'b' }],
  },
  tool: { name: 'x', cost_micros: 5 },
});

/** The subset of CEL that policies may rely on, one example of each promise. Both engines must agree. */
const CONFORMANCE: readonly (readonly [string, Outcome])[] = [
  // equality, across numbers, never an error between values of unknown type
  ['args.s == "ab"', true],
  ['args.s == 1', false],
  ['args.n == 3', true],
  ['args.n == 3.0', true],
  ['args.n != 4', true],
  ['args.nothing == null', true],
  ['args.l == [1, 2]', true],
  ['args.l == [1.0, 2.0]', true],
  ['args.m == {"k": "v"}', true],
  ['args.rows[0] == {"k": "a"}', true],
  // order, across numbers
  ['args.n > 2.5', true],
  ['args.half > 1', true],
  ['tool.cost_micros >= 5', true],
  ['"a" < "b"', true],
  ['false < true', true],
  ['args.s < 1', 'error'],
  // logic: an error is absorbed when the other side decides
  ['args.missing == 1 || true', true],
  ['true || args.missing == 1', true],
  ['args.missing == 1 && false', false],
  ['args.missing == 1 || false', 'error'],
  ['args.missing == 1 && true', 'error'],
  ['!args.yes', false],
  ['args.yes && args.n', 'error'],
  ['tool.name == "x" ? args.n == 3 : args.missing == 1', true],
  // presence
  ['has(args.s)', true],
  ['has(args.missing)', false],
  ['has(args.m.k)', true],
  ['has(args.missing.k)', 'error'],
  ['has(call.session_id)', false],
  ['call.session_id == "a"', 'error'],
  ['args.missing == 1', 'error'],
  // lists and maps
  ['1 in args.l', true],
  ['"k" in args.m', true],
  ['"v" in args.m', false],
  ['"developer" in user.roles', true],
  ['args.l[0] == 1', true],
  ['args.l[5] == 1', 'error'],
  ['args.m["k"] == "v"', true],
  ['args.m.missing == "v"', 'error'],
  ['args.l + [3] == [1, 2, 3]', true],
  ['size(args.l) == 2 && args.l.size() == 2 && size(args.m) == 1', true],
  ['{"a": 1}.a == 1', true],
  // comprehensions: quantifiers absorb errors like the operators
  ['args.l.all(x, x > 0)', true],
  ['args.l.exists(x, x == 2)', true],
  ['args.l.exists_one(x, x == 2)', true],
  ['args.l.map(x, x * 2) == [2, 4]', true],
  ['args.l.map(x, x > 1, x * 2) == [4]', true],
  ['args.l.filter(x, x > 1) == [2]', true],
  ['args.m.exists(k, k == "k")', true],
  ['args.rows.exists(r, r.k == "b")', true],
  ['args.l.exists(x, x.k == 1)', 'error'],
  ['[1, 2].all(x, x < args.n)', true],
  // integers
  ['7 / 2 == 3 && -7 / 2 == -3 && -7 % 3 == -1', true],
  ['args.n * 2 + 1 == 7', true],
  ['1 / 0 == 1', 'error'],
  ['1 % 0 == 1', 'error'],
  ['9223372036854775807 + 1 > 0', 'error'],
  ['-9223372036854775807 - 2 < 0', 'error'],
  ['9223372036854775807 * 2 > 0', 'error'],
  // doubles
  ['args.half * 2.0 == 3.0', true],
  ['1.5 / 0.0 > 1.0', true],
  ['args.half * 2 > 2', 'error'],
  // conversions
  ['int(1.9) == 1 && int("7") == 7 && int(args.n) == 3', true],
  ['int("x") == 1', 'error'],
  ['double(args.n) == 3.0 && double("1.5") == 1.5', true],
  ['string(args.n) == "3" && string(args.half) == "1.5" && string(true) == "true"', true],
  ['bool("true") && !bool("false")', true],
  // texts, counted in code points
  ['size("héé😀") == 4', true],
  ['args.s.startsWith("a") && args.s.endsWith("b") && args.s.contains("ab")', true],
  ['args.s + "c" == "abc"', true],
  ['"AbC".lowerAscii() == "abc" && "AbC".upperAscii() == "ABC"', true],
  ['"a" + args.n == "a3"', 'error'],
];

/** Where we are stricter than CEL: refused at load, because the types can't fit. */
const REFUSED: readonly string[] = [
  '1 == 1.0',
  'tool.cost_micros == 5.0',
  'tool.name == 1',
  'tool.missing == 1',
  '1 in [1.0]',
  '[1, 2.0] == [1.0, 2]',
  'args.yes',
];

/** Where the two engines differ, so that nobody relies on it: ours, theirs. */
const KNOWN_DIFFERENCES: readonly (readonly [string, Outcome, Outcome])[] = [
  // CEL says that a key with the value null is there
  ['has(args.nothing)', true, false],
  // an int above 64 bits is kept where CEL fails
  ['int(1e300) > 0', true, 'error'],
  ['-(-9223372036854775807 - 1) > 0', true, 'error'],
  // all letters change, not only those of ASCII
  ['"É".lowerAscii() == "é"', true, false],
];

describe('the supported subset of CEL', () => {
  it.each(CONFORMANCE)('%s is %s', (condition, expected) => {
    expect(ours(condition, FACTS)).toBe(expected);
    expect(oracle(condition, FACTS)).toBe(expected);
  });
  it.each(REFUSED)('%s is refused at load', (condition) => {
    expect(ours(condition, FACTS)).toBe('refused');
  });
  it.each(KNOWN_DIFFERENCES)('%s is a known difference', (condition, mine, theirs) => {
    expect([ours(condition, FACTS), oracle(condition, FACTS)]).toEqual([mine, theirs]);
  });
});
