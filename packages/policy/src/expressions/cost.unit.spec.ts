import { describe, expect, it } from 'vitest';
import { MAX_EXPRESSION_COST, MAX_POLICY_COST } from '../limits.ts';
import { policyExpressions } from './policy-expressions.ts';

function isAffordable(source: string, variables: readonly string[] = []): boolean {
  const expressions = policyExpressions();
  variables.forEach((expression, at) => {
    expressions.variable(`v${at}`, expression);
  });
  const compiled = expressions.condition(source);
  if (!compiled.ok) expect(compiled.problems.map(({ code }) => code)).toEqual(['cel_cost']);
  return compiled.ok;
}

describe('the worst-case cost of an expression', () => {
  it.each([
    'args.paths.all(p, p.startsWith(args.root))',
    'args.paths.exists(p, p.contains(".."))',
    'args.items.all(i, i.owner == args.owner && i.kind in ["a", "b"])',
    'args.items.filter(i, i.kind == "a").size() > 10',
    'args.roles.all(r, r in user.roles)',
    'args.a == args.b && args.text.contains(tool.name)',
    'args.l.all(x, !call.reason.contains("now"))',
    'size(args.items) < 100 && args.text.size() < 100',
  ])('lets pass %s', (source) => {
    expect(isAffordable(source)).toBe(true);
  });

  it.each([
    'args.l.all(x, x in args.m)',
    'args.l.all(x, args.m == args.n)',
    'args.l.all(x, args.text.contains("needle"))',
    'args.l.all(x, size(args.text) > 5)',
    'args.text.contains(args.needle)',
    'args.l.all(x, args.text.contains(x))',
    'args.l.map(x, args.text + x).size() > 1',
  ])('refuses %s', (source) => {
    expect(isAffordable(source)).toBe(false);
  });

  it('follows growth through variables', () => {
    const doubled = Array.from({ length: 12 }, (_, at) =>
      at === 0 ? 'args.l' : `vars.v${at - 1} + vars.v${at - 1}`,
    );
    expect(isAffordable('vars.v2.all(x, x == 1)', doubled)).toBe(true);
    expect(isAffordable('vars.v6.all(x, x == 1)', doubled)).toBe(false);
  });

  it('counts the reason of a call, and the characters of a text, for what they take', () => {
    const stepsOf = (source: string): number => {
      const compiled = policyExpressions().condition(source);
      return compiled.ok ? compiled.expression.cost.most.steps : Number.NaN;
    };
    expect(stepsOf('args.l.all(x, call.reason.lowerAscii() != "a")')).toBeGreaterThan(
      1.5 * stepsOf('args.l.all(x, tool.name.lowerAscii() != "a")'),
    );
    expect(stepsOf('args.text.size() > 1')).toBeGreaterThan(5 * stepsOf('args.text.contains("a")'));
  });

  it('depends on the arguments only as far as they are read', () => {
    const expressions = policyExpressions();
    expressions.variable('fixed', 'tool.cost_micros > 5');
    expressions.variable('growing', 'args.l.filter(x, x > 5)');
    expressions.condition('vars.fixed');
    const { least, most } = expressions.steps();
    expect(most).toBeGreaterThan(1_000);
    expect(least).toBeLessThan(20);
    const fixed = policyExpressions();
    fixed.condition('tool.cost_micros > 5 && "owner" in user.roles');
    expect(fixed.steps().least).toBe(fixed.steps().most);
    const reader = expressions.condition('vars.growing.all(x, x == 1)');
    expect(reader.ok && reader.expression.cost.least.steps).toBeLessThan(20);
    expect(reader.ok && reader.expression.cost.most.steps).toBeGreaterThan(1_000);
  });

  it('adds up over a policy', () => {
    const expressions = policyExpressions();
    const costly = 'args.l.all(x, x.a == args.b && x.b == args.c && x.c == args.d && x.d == args.e)';
    const accepted = Array.from({ length: 100 }, () => expressions.condition(costly).ok).filter(
      Boolean,
    ).length;
    expect(accepted).toBeGreaterThan(MAX_POLICY_COST / MAX_EXPRESSION_COST - 1);
    expect(accepted).toBeLessThan(100);
  });
});
