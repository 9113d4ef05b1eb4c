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
