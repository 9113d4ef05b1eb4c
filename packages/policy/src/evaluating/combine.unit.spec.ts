import { describe, expect, it } from 'vitest';
import { call } from '../spec/calls.ts';
import { active, ORGANIZATION, PROJECT, policy, rule, setOf, WORKSPACE } from '../spec/policies.ts';
import { evaluate } from './evaluate.ts';
import type { Evaluation } from './evaluation.ts';
import { compilePolicySet } from './policy-set.ts';

const broken = 'args.missing == 1';

function codes({ reasons }: Evaluation): readonly string[] {
  return reasons.map(({ code, rule }) => (rule === undefined ? code : `${code}:${rule}`));
}

describe('given no policy in force', () => {
  it('A-TOOL-7: denies', () => {
    const answer = evaluate(compilePolicySet([]), call());
    expect(answer).toMatchObject({
      verdict: 'deny',
      rules: [],
      obligations: {},
      reasons: [{ code: 'no_policy' }],
    });
  });
  it('denies when the policies are for other scopes, or in shadow', () => {
    const elsewhere = active(policy('p', rule('a', 'allow')), { scope: { organization: 'other' } });
    const shadow = active(policy('q', rule('a', 'allow')), { mode: 'shadow' });
    const answer = evaluate(compilePolicySet([elsewhere, shadow]), call());
    expect([answer.verdict, codes(answer)]).toEqual(['deny', ['no_policy']]);
    expect(answer.shadow).toEqual([{ policy: 'q', rule: 'a', effect: 'allow', fired: true, error: null }]);
  });
});

describe('given rules that fire', () => {
  it('allows what a rule allows, and says which', () => {
    const answer = evaluate(setOf(rule('a', 'allow'), rule('b', 'allow', 'false')), call());
    expect([answer.verdict, codes(answer)]).toEqual(['allow', ['policy_allowed:a']]);
    expect(answer.rules).toEqual([
      { policy: 'base', rule: 'a', fired: true, error: null },
      { policy: 'base', rule: 'b', fired: false, error: null },
    ]);
  });
  it('denies what no rule allows', () => {
    const answer = evaluate(setOf(rule('a', 'allow', 'false'), rule('d', 'deny', 'false')), call());
    expect([answer.verdict, codes(answer)]).toEqual(['deny', ['no_rule_allows']]);
  });
  it('lets deny win over approval and approval over allow, and reports all that fired', () => {
    const rules = [rule('a', 'allow'), rule('q', 'require_approval'), rule('d', 'deny'), rule('e', 'deny')];
    const denied = evaluate(setOf(...rules), call());
    expect([denied.verdict, codes(denied)]).toEqual([
      'deny',
      ['policy_denied:d', 'policy_denied:e', 'approval_required:q'],
    ]);
    expect(denied.rules.every(({ fired }) => fired)).toBe(true);
    const asked = evaluate(setOf(...rules.slice(0, 2)), call());
    expect([asked.verdict, codes(asked)]).toEqual(['require_approval', ['approval_required:q']]);
  });
  it('asks for approval without an allow rule', () => {
    expect(evaluate(setOf(rule('q', 'require_approval')), call()).verdict).toBe('require_approval');
  });
  it('has no obligations for a deny', () => {
    const answer = evaluate(setOf(rule('q', 'require_approval'), rule('d', 'deny')), call());
    expect(answer.obligations).toEqual({});
  });
});

describe('given rules that fail', () => {
  it.each(['deny', 'require_approval'] as const)('denies when the rule is a %s', (effect) => {
    const answer = evaluate(setOf(rule('a', 'allow'), rule('f', effect, broken)), call());
    expect([answer.verdict, codes(answer)]).toEqual(['deny', ['policy_error:f']]);
    expect(answer.errors).toEqual([
      { policy: 'base', rule: 'f', code: 'no_such_key', message: expect.stringContaining('args.missing') },
    ]);
    expect(answer.rules[1]).toEqual({ policy: 'base', rule: 'f', fired: false, error: 'no_such_key' });
  });
  it('does not allow through a failing allow rule, nor deny because of it', () => {
    expect(codes(evaluate(setOf(rule('f', 'allow', broken)), call()))).toEqual(['no_rule_allows']);
    expect(evaluate(setOf(rule('f', 'allow', broken), rule('a', 'allow')), call()).verdict).toBe('allow');
  });
  it('records a failing shadow rule and nothing more', () => {
    const answer = evaluate(setOf(rule('a', 'allow'), rule('s', 'deny', broken, { mode: 'shadow' })), call());
    expect(answer.verdict).toBe('allow');
    expect(answer.shadow).toEqual([
      { policy: 'base', rule: 's', effect: 'deny', fired: false, error: 'no_such_key' },
    ]);
    expect(answer.errors).toHaveLength(1);
  });
  it('keeps the verdict when only the reason fails', () => {
    const answer = evaluate(setOf(rule('d', 'deny', 'true', { reason: 'call.session_id' })), call());
    expect(answer.reasons).toEqual([
      { layer: 'policy', code: 'policy_denied', policy: 'base', rule: 'd', message: 'd' },
    ]);
    expect(answer.errors).toMatchObject([{ rule: 'd', code: 'reason_failed' }]);
  });
  it('fails where the fact of a static selector is missing', () => {
    const set = setOf(rule('a', 'allow'), rule('d', 'deny', 'true', { match: { actions: ['delete'] } }));
    expect(evaluate(set, call()).verdict).toBe('allow');
    expect(codes(evaluate(set, call({ tool: { action: null } })))).toEqual(['policy_error:d']);
  });
  it('fails a rule whose condition yields no bool, whatever the engine does', () => {
    const set = setOf(rule('a', 'allow'), rule('d', 'deny'));
    const policies = set.policies.map((one) => ({
      ...one,
      rules: one.rules.map((rule) => (rule.id === 'd' ? { ...rule, condition: () => 'yes' } : rule)),
    }));
    expect(codes(evaluate({ ...set, policies }, call()))).toEqual(['policy_error:d']);
  });
  it('quotes at most a part of a long expression', () => {
    const answer = evaluate(setOf(rule('d', 'deny', `args[${'"a" + '.repeat(60)}"b"] == 1`)), call());
    expect(answer.reasons[0]?.message.length).toBeLessThan(250);
  });
  it('denies when it is unknown where the call is', () => {
    expect(codes(evaluate(setOf(rule('a', 'allow')), call({ scope: null })))).toEqual([
      'policy_error',
      'no_policy',
    ]);
  });
  it('fails a rule that was never checked and does not compile', () => {
    const answer = evaluate(setOf(rule('a', 'allow'), rule('d', 'deny', 'tool.name.matches("x")')), call());
    expect([answer.verdict, answer.errors[0]?.code]).toEqual(['deny', 'evaluation_failed']);
  });
});

describe('given variables', () => {
  it('gives each policy its own', () => {
    const withVariable = (id: string, expression: string) => ({
      ...policy(id, rule('a', 'allow', 'vars.wanted', { reason: 'vars.wanted ? "yes" : "no"' })),
      variables: [
        { name: 'first', expression },
        { name: 'wanted', expression: 'vars.first' },
      ],
    });
    const policies = [
      withVariable('one', 'tool.destructive'),
      withVariable('two', '!tool.destructive'),
      policy('three', rule('b', 'allow')),
    ];
    const answer = evaluate(compilePolicySet(policies.map((one) => active(one))), call());
    expect(answer.rules.map(({ policy, fired, error }) => [policy, fired, error])).toEqual([
      ['one', false, null],
      ['three', true, null],
      ['two', true, null],
    ]);
    expect(answer.reasons.map(({ message }) => message)).toEqual(['b', 'yes']);
  });
});

describe('given reasons', () => {
  it('says them, cut off at their limit', () => {
    const answer = evaluate(
      setOf(rule('d', 'deny', 'true', { reason: '"no " + tool.name' })),
      call({ tool: { name: 'x'.repeat(900) } }),
    );
    expect(answer.reasons[0]?.message).toBe(`no ${'x'.repeat(497)}`);
  });
});

describe('given obligations', () => {
  const asking = (id: string, approvers: readonly string[], quorum = 1, ttl_ms = 60_000) =>
    rule(id, 'require_approval', 'true', { obligations: { approvers, quorum, ttl_ms } });

  it('O-HIT-7: asks those whom every rule names, as many as the strictest, as briefly as the shortest', () => {
    const answer = evaluate(
      setOf(
        asking('a', ['role:operator', 'role:owner'], 1, 900_000),
        asking('b', ['role:owner', 'user:ada'], 2, 30_000),
      ),
      call(),
    );
    expect(answer.obligations).toEqual({
      approvers: ['role:owner'],
      quorum: 2,
      ttl_ms: 30_000,
      approvals: [
        { approvers: ['role:operator', 'role:owner'], quorum: 1 },
        { approvers: ['role:owner', 'user:ada'], quorum: 2 },
      ],
    });
  });
  it('tells equal demands once', () => {
    const answer = evaluate(
      setOf(asking('a', ['role:owner']), asking('b', ['role:owner'], 1, 5_000)),
      call(),
    );
    expect(answer.obligations.approvals).toEqual([{ approvers: ['role:owner'], quorum: 1 }]);
    expect(answer.obligations.ttl_ms).toBe(5_000);
  });
  it('denies when nobody, or too few, could satisfy every rule', () => {
    const nobody = evaluate(setOf(asking('a', ['role:owner']), asking('b', ['user:ada'])), call());
    expect([nobody.verdict, codes(nobody)]).toEqual([
      'deny',
      ['approval_required:a', 'approval_required:b', 'approvers_conflict'],
    ]);
    const tooFew = evaluate(
      setOf(asking('a', ['user:ada', 'user:bob'], 2), asking('b', ['user:ada'], 1)),
      call(),
    );
    expect(codes(tooFew)).toContain('approvers_conflict');
  });
  it('joins what is asked of the execution', () => {
    const answer = evaluate(
      setOf(
        rule('a', 'allow', 'true', { obligations: { redact: ['args.b', 'args.a'], sandbox: 'strict' } }),
        rule('b', 'allow', 'true', {
          obligations: { redact: ['args.a'], sandbox: 'offline', dry_run: true },
        }),
        rule('c', 'allow', 'false', { obligations: { redact: ['args.never'] } }),
      ),
      call(),
    );
    expect(answer.obligations).toEqual({
      redact: ['args.a', 'args.b'],
      sandbox: ['offline', 'strict'],
      dry_run: true,
    });
  });
  it('denies when they are more than a record holds', () => {
    const redacting = (id: string) =>
      rule(id, 'allow', 'true', {
        obligations: { redact: Array.from({ length: 30 }, (_, at) => `args.${id}${at}`) },
      });
    const answer = evaluate(setOf(redacting('a'), redacting('b')), call());
    expect([answer.verdict, codes(answer)]).toEqual(['deny', ['too_many_obligations']]);
  });
});

describe('given scopes', () => {
  const allowsReads = rule('reads', 'allow', 'tool.action == "read"');
  const allowsAll = rule('all', 'allow');
  const write = call({ tool: { action: 'modify' } });

  it('evaluates only the policies whose scope contains the call', () => {
    const set = compilePolicySet([
      active(policy('installation', rule('a', 'allow')), { scope: {} }),
      active(policy('organization', rule('b', 'allow')), { scope: ORGANIZATION }),
      active(policy('workspace', rule('c', 'allow')), { scope: WORKSPACE }),
      active(policy('project', rule('d', 'allow')), { scope: { project: 'reports' } }),
      active(policy('sibling', rule('e', 'deny')), { scope: { ...WORKSPACE, project: 'other' } }),
    ]);
    expect(evaluate(set, call()).rules.map(({ rule }) => rule)).toEqual(['a', 'b', 'c', 'd']);
  });
  it('lets a narrower scope allow what a wider one merely does not', () => {
    const wide = active(policy('wide', allowsReads));
    const narrow = active(policy('narrow', allowsAll), { scope: PROJECT });
    expect(evaluate(compilePolicySet([wide]), write).verdict).toBe('deny');
    expect(evaluate(compilePolicySet([wide, narrow]), write).verdict).toBe('allow');
  });
  it('does not let it where the wider one is a floor', () => {
    const floor = active(policy('wide', allowsReads), { floor: true });
    for (const effect of ['allow', 'require_approval'] as const) {
      const answer = evaluate(
        compilePolicySet([floor, active(policy('narrow', rule('n', effect)), { scope: PROJECT })]),
        write,
      );
      expect([effect, answer.verdict, codes(answer).at(-1)]).toEqual([
        effect,
        'deny',
        'floor_does_not_allow',
      ]);
    }
    expect(evaluate(compilePolicySet([floor]), call()).verdict).toBe('allow');
  });
  it('lets a narrower scope be stricter than a floor', () => {
    const floor = active(policy('wide', allowsAll), { floor: true });
    const narrow = (effect: 'deny' | 'require_approval') =>
      active(policy('narrow', rule('n', effect)), { scope: WORKSPACE });
    expect(evaluate(compilePolicySet([floor, narrow('deny')]), write).verdict).toBe('deny');
    expect(evaluate(compilePolicySet([floor, narrow('require_approval')]), write).verdict).toBe(
      'require_approval',
    );
  });
  it('counts what is allowed at or above the floor', () => {
    const above = active(policy('above', allowsAll), { scope: {} });
    const floor = active(policy('floor', allowsReads), { floor: true });
    expect(evaluate(compilePolicySet([above, floor]), write).verdict).toBe('allow');
  });
  it('ignores a floor in shadow', () => {
    const floor = active(policy('floor', allowsReads), { floor: true, mode: 'shadow' });
    expect(
      evaluate(compilePolicySet([floor, active(policy('narrow', allowsAll), { scope: PROJECT })]), write)
        .verdict,
    ).toBe('allow');
  });
});
