import { describe, expect, it } from 'vitest';
import { compileArgsExpression } from './args-expression.ts';
import type { Facts } from './facts.ts';

function evaluated(source: string, type: 'int' | 'string', args: Facts['args']): unknown {
  const expression = compileArgsExpression(source, type);
  if (!expression.ok) return expression.problems.map(({ code }) => code);
  const outcome = expression.evaluate(args);
  return outcome.ok ? outcome.value : outcome.error.code;
}

describe('an expression over arguments', () => {
  it.each([
    ['args.count * 1000', { count: 3 }, 3000],
    ['args.count', { count: 3 }, 3],
    ['int(args.share * 100.0)', { share: 0.25 }, 25],
    ['size(args.items) * 5', { items: [1, 2] }, 10],
    ['args.large ? 10 : 1', { large: true }, 10],
    ['args.count', { count: 2.5 }, 'not_an_int'],
    ['args.count', { count: '3' }, 'not_an_int'],
    ['args.count', {}, 'no_such_key'],
    ['args.count / 0', { count: 1 }, 'division_by_zero'],
    ['args.a * args.a', { a: 2 ** 40 }, 'numeric_overflow'],
    ['args.a + args.a', { a: Number.MAX_SAFE_INTEGER }, 'not_an_int'],
    ['int(args.a)', { a: 1e300 }, 'not_an_int'],
  ])('%s of %o is %s', (source, args, expected) => {
    expect(evaluated(source, 'int', args)).toBe(expected);
  });

  it('may yield a string', () => {
    expect(evaluated('args.env', 'string', { env: 'production' })).toBe('production');
    expect(evaluated('args.live ? "production" : "test"', 'string', { live: false })).toBe('test');
    expect(evaluated('args.env', 'string', { env: 1 })).toBe('not_a_string');
  });

  it.each([
    ['tool.cost_micros', ['cel_unknown_name']],
    ['args.n ==', ['cel_syntax']],
    ['args.t.matches("a") ? 1 : 2', ['cel_banned_function']],
    ['"five"', ['cel_type']],
    ['1.5', ['cel_type']],
  ])('is refused when it is %s', (source, expected) => {
    expect(evaluated(source, 'int', {})).toEqual(expected);
  });
});
