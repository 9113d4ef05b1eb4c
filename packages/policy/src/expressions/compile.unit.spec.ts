import { describe, expect, it } from 'vitest';
import type { Compiled } from './compile.ts';
import { policyExpressions } from './policy-expressions.ts';

function problems(compiled: Compiled): readonly string[] {
  return compiled.ok ? [] : compiled.problems.map(({ offset, code }) => `${offset} ${code}`);
}
const condition = (source: string) => problems(policyExpressions().condition(source));

describe('the supported subset', () => {
  it.each([
    ['args.path.matches("^(a+)+$")', ['10 cel_banned_function']],
    ['"a".split("") == ["a"]', ['4 cel_banned_function']],
    [
      'timestamp("2026-01-01T00:00:00Z") == timestamp("2026-01-01T00:00:00Z")',
      ['0 cel_banned_function', '37 cel_banned_function'],
    ],
    ['cel.bind(x, 1, x == 1)', ['4 cel_banned_function']],
    ['type(1) == int', ['0 cel_banned_function', '11 cel_unknown_name']],
    ['google == google', ['0 cel_unknown_name', '10 cel_unknown_name']],
    ['b"a" == b"a"', ['0 cel_unsupported_literal', '8 cel_unsupported_literal']],
    ['1u == 1u', ['0 cel_unsupported_literal', '6 cel_unsupported_literal']],
    ['9223372036854775808 > 1', ['0 cel_unsupported_literal']],
    ['args.l.all(tool, tool == 1)', ['11 cel_shadowed_name']],
    ['args.l.all(x, args.m.exists(y, x == y))', ['21 cel_nested_comprehension']],
    ['args.l.all(x, args.m.filter(y, y == 1).size() > 0)', ['21 cel_nested_comprehension']],
    ['size(args.l.map(x, args.m.map(y, y))) > 0', ['26 cel_nested_comprehension']],
  ])('does not hold %s', (source, expected) => {
    expect(condition(source)).toEqual(expected);
  });

  it.each([
    'args.l.filter(x, x.size > 1).all(x, x.name != "")',
    'has(args.a.b) && args.a.b.startsWith("x")',
    'size(args.l) > 1 && args.l.size() < 5 && "x" in args.m',
    'args.l.exists_one(x, x == tool.name) || args.l.exists(x, x.endsWith("y"))',
    'int(args.n) * 2 > 3 && double(args.n) < 1.5 && string(args.n) == "1" && bool(args.b)',
    'args.l[0] == {"a": [1, 2]} || args["p"] == null || tool.name.lowerAscii() == "x"',
    '(ctx.first_use ? 1 : -2) + tool.cost_micros % 7 / 2 >= 3',
  ])('holds %s', (source) => {
    expect(condition(source)).toEqual([]);
  });
});

describe('types', () => {
  it.each([
    ['tool.colour == "red"', ['5 cel_type']],
    ['tool.cost_micros == "1"', ['0 cel_type']],
    ['tool.cost_micros == 1.0', ['0 cel_type']],
    ['user.roles == "owner"', ['0 cel_type']],
    ['"a" in tool.name', ['0 cel_type']],
    ['tool.name.startsWith(1)', ['0 cel_type']],
    ['tool.name', ['0 cel_type']],
    ['ctx.first_use ? args.a : args.b', ['0 cel_type']],
  ])('refuse %s', (source, expected) => {
    expect(condition(source)).toEqual(expected);
  });

  it('of a missing field name those there are', () => {
    const compiled = policyExpressions().condition('user.email == "x"');
    expect(compiled.ok ? '' : compiled.problems[0]?.remedy).toBe(
      'user has id, roles, approval_level, trust_score',
    );
  });
});

describe('constants of enumerations', () => {
  it.each([
    ['tool.action == "remove"', ['15 enum_constant']],
    ['"remove" != tool.action', ['0 enum_constant']],
    ['tool["action"] == "remove"', ['18 enum_constant']],
    ['tool.sensitivity in ["high", "criticla"]', ['29 enum_constant']],
    ['user.approval_level != "sometimes"', ['23 enum_constant']],
    ['tool.environment == "prod"', ['20 enum_constant']],
    ['tool.environment in ["Production", "stagin"]', ['21 enum_constant', '35 enum_constant']],
    ['tool.environment == "qa" || tool.environment == "production"', []],
    ['tool.name == "remove" && tool.action == "delete"', []],
  ])('%s', (source, expected) => {
    expect(condition(source)).toEqual(expected);
  });
});

describe('reasons', () => {
  it.each([
    ['tool.name + call.session_id + string(call.confidence) + user.id', []],
    ['args.path', ['0 private_reason', '0 cel_type']],
    ['"to " + call.reason', ['8 private_reason']],
    ['"to " + call["reason"]', ['8 private_reason']],
    ['string(vars.secret)', ['7 private_reason']],
    ['string(vars.derived)', ['7 private_reason']],
    ['vars.clear', []],
    ['string(size(args))', ['12 private_reason']],
  ])('%s', (source, expected) => {
    const expressions = policyExpressions();
    expressions.variable('secret', 'string(args.path)');
    expressions.variable('derived', 'vars.secret + "!"');
    expressions.variable('clear', 'tool.name + "!"');
    expect(problems(expressions.reason(source))).toEqual(expected);
  });
});

describe('a variable that does not compile', () => {
  it('is reported once, not again for each reader', () => {
    const expressions = policyExpressions();
    expect(expressions.variable('broken', 'tool.colour')).toHaveLength(1);
    expect(problems(expressions.condition('vars.broken == 1'))).toEqual([]);
  });
});
