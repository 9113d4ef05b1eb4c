import { describe, expect, it } from 'vitest';
import { evaluate } from '../evaluating/evaluate.ts';
import { MAX_ARGUMENT_ELEMENTS } from '../limits.ts';
import { call } from '../spec/calls.ts';
import { rule, setOf } from '../spec/policies.ts';
import { Activation } from './activation.ts';
import { celArguments } from './arguments.ts';
import { policyExpressions } from './policy-expressions.ts';

/** What a condition yields on the calm call with these arguments, or the code of its error. */
function outcome(condition: string, args: unknown): unknown {
  const { rules } = evaluate(setOf(rule('r', 'allow', condition)), call({ args }));
  return rules[0]?.error ?? rules[0]?.fired;
}

describe('prototypes', () => {
  it.each([
    'args.__proto__ == 1',
    'args.constructor == 1',
    'args.toString == 1',
    'args["hasOwnProperty"] == 1',
  ])('%s finds nothing', (condition) => {
    expect(outcome(condition, {})).toBe('no_such_key');
  });

  it.each([
    'has(args.__proto__)',
    'has(args.constructor)',
    '"constructor" in args',
    '"__proto__" in args.deep',
  ])('%s is false', (condition) => {
    expect(outcome(condition, { deep: {} })).toBe(false);
  });

  it('are hidden in texts, lists and facts too', () => {
    expect(outcome('args.t.length == 1', { t: 'x' })).toBe('no_such_key');
    expect(outcome('args.l.length == 1', { l: [1] })).toBe('no_such_key');
    expect(outcome('tool[args.key] == "x"', { key: 'constructor' })).toBe('no_such_key');
  });

  it('can be names of arguments like any other', () => {
    const args = JSON.parse('{"__proto__": {"admin": true}, "constructor": "x", "deep": {"constructor": 1}}');
    expect(outcome('args.constructor == "x" && args.deep.constructor == 1', args)).toBe(true);
    expect(outcome('has(args.admin)', args)).toBe(false);
    expect(outcome('args.other == 1 || has(args.deep.name)', args)).toBe('no_such_key');
  });
});

describe('large arguments', () => {
  const list = (length: number) => Array.from({ length }, (_, at) => at);

  it('are looped over up to the limit, and fail their reader beyond it', () => {
    expect(outcome('args.l.all(x, x >= 0)', { l: list(MAX_ARGUMENT_ELEMENTS) })).toBe(true);
    expect(outcome('args.l.all(x, x >= 0)', { l: list(MAX_ARGUMENT_ELEMENTS + 1) })).toBe('unsupported_type');
    expect(outcome('size(args.l) > 5', { l: list(MAX_ARGUMENT_ELEMENTS + 1) })).toBe('unsupported_type');
  });
  it('do not fail a rule that reads something else', () => {
    expect(outcome('args.path == "x"', { path: 'x', l: list(100_000) })).toBe(true);
  });
  it('are limited in members and depth too', () => {
    const wide = Object.fromEntries(list(MAX_ARGUMENT_ELEMENTS + 1).map((at) => [`k${at}`, at]));
    expect(outcome('args.m.k1 == 1', { m: wide })).toBe('unsupported_type');
    const deep = JSON.parse(`${'['.repeat(40)}${']'.repeat(40)}`);
    expect(outcome('args.d == args.d2', { d: deep, d2: 1 })).toBe('unsupported_type');
    expect(() => celArguments(deep)).not.toThrow();
  });
});

describe('numbers in arguments', () => {
  it('are ints where they are safe integers and doubles otherwise', () => {
    expect(celArguments([1, -0, 1.5, 2 ** 53, Number.MAX_SAFE_INTEGER])).toEqual([
      1n,
      0n,
      1.5,
      2 ** 53,
      9_007_199_254_740_991n,
    ]);
  });
  it('do not overflow silently', () => {
    expect(outcome('args.n * args.n * args.n > 0', { n: Number.MAX_SAFE_INTEGER })).toBe('numeric_overflow');
  });
});

describe('facts', () => {
  it('that are missing or of another type fail their reader', () => {
    const failing = (changes: object, condition: string) =>
      evaluate(setOf(rule('r', 'deny', condition)), call(changes)).rules[0]?.error;
    expect(failing({ ctx: { frequency: null } }, 'ctx.frequency > 1')).toBe('no_such_key');
    expect(failing({ ctx: { frequency: 1.5 } }, 'ctx.frequency > 1')).toBe('field_type_mismatch');
    expect(failing({ ctx: { frequency: '9' } }, 'ctx.frequency > 1')).toBe('field_type_mismatch');
    expect(failing({ tool: { destructive: 'no' } }, 'tool.destructive')).toBe('field_type_mismatch');
    expect(failing({ user: null }, 'user.trust_score > 1')).toBe('no_such_key');
    expect(failing({ args: null }, 'has(args.x)')).toBe('unknown_variable');
  });

  it('are converted once, and only the groups that a rule reads', () => {
    let reads = 0;
    const facts = call();
    const counted = {
      ...facts,
      get ctx() {
        reads += 1;
        return facts.ctx!;
      },
    };
    evaluate(setOf(rule('a', 'allow', 'tool.destructive')), counted);
    const before = reads;
    evaluate(
      setOf(rule('a', 'allow', 'ctx.frequency > 1'), rule('b', 'allow', 'ctx.daily_calls > 1')),
      counted,
    );
    expect(reads - before).toBe(before + 1);
  });
});

describe('variables', () => {
  it('are evaluated once per call, when first read, errors too', () => {
    const expressions = policyExpressions();
    expressions.variable('path', 'args.path');
    const Variables = expressions.view();
    const condition = expressions.condition('vars.path == "x"');
    const activation = new Activation({ ...call(), args: {} });
    activation.vars = new Variables(activation);
    const thrown: unknown[] = [];
    for (let time = 0; time < 2; time++) {
      try {
        if (condition.ok) condition.expression.run(activation);
      } catch (error) {
        thrown.push(error);
      }
    }
    expect(thrown).toHaveLength(2);
    expect(thrown[0]).toBe(thrown[1]);
  });
});

describe('errors', () => {
  it('quote the policy, never a value', () => {
    const { errors } = evaluate(
      setOf(rule('r', 'deny', 'int(args.secret) == 1 || bool(args.secret)')),
      call({ args: { secret: 'hunter2' } }),
    );
    expect(errors).toHaveLength(1);
    expect(errors[0]?.message).toContain('(args.secret)');
    expect(JSON.stringify(errors)).not.toContain('hunter2');
  });
});
