import { compilePolicySet, type PolicyActivation, type PolicySet, parsePolicy } from '@countersign/policy';
import { describe, expect, it } from 'vitest';
import { CALM_FACTS } from '../testing/sample-facts.ts';
import type { ApprovedBy, FrozenFacts } from './facts.ts';
import { type Case, judge } from './judge.ts';

const rule = (id: string, rest: string) => `  - id: ${id}\n    match: { tools: ["*"] }\n    ${rest}\n`;
const ALLOW = rule('anything', 'effect: allow');
const DENY = rule('nothing', 'effect: deny');
const ask = (approvers: string, quorum = 1) =>
  rule(
    `ask-${quorum}`,
    `effect: require_approval\n    obligations: { approvers: [${approvers}], quorum: ${quorum} }`,
  );

function active(rules: string, changes: Partial<PolicyActivation> = {}): PolicyActivation {
  const parsed = parsePolicy(`policy: sample\nschema: call/1\nrules:\n${rules}`);
  if (!parsed.ok) throw new Error(parsed.errors[0]?.message);
  const scope = { organization: 'acme' };
  return { policy: parsed.policy, mode: 'enforce', scope, floor: false, ...changes };
}
const inForce = (rules: string): PolicySet => compilePolicySet([active(rules)]);

type Change = { readonly [Group in keyof FrozenFacts]?: Partial<FrozenFacts[Group]> | null };

/** The calm case, with some facts changed. */
function caseWith(change: Change = {}, more: Partial<Case> = {}): Case {
  const groups = Object.entries(change).map(([name, group]) => {
    const calm = CALM_FACTS[name as keyof FrozenFacts];
    return [name, group === null ? null : { ...(calm as object), ...(group as object) }];
  });
  const facts = { ...CALM_FACTS, ...Object.fromEntries(groups) } as FrozenFacts;
  const definitions = { announced: 'hash', judged: 'hash' };
  const requestedBy = { kind: 'agent', id: 'helper' } as const;
  return { facts, args: { path: 'a' }, reason: 'a test', definitions, requestedBy, ...more };
}

const told = ({ reasons }: ReturnType<typeof judge>) => reasons.map(({ layer, code }) => `${layer}/${code}`);
const checks = (change: Partial<FrozenFacts['checks']>) => caseWith({ checks: change });

describe('each layer', () => {
  it.each<[string, Case, string]>([
    ['A-TOOL-2, A-TOOL-3: a kill switch', checks({ kill_switches: ['k1'] }), 'kill_switch/killed'],
    ['an unknown agent', caseWith({ agent: null }), 'agent/unknown_agent'],
    ['a disabled agent', checks({ agent_enabled: false }), 'agent/agent_disabled'],
    ['a user who is not delegated', checks({ user_delegated: false }), 'agent/user_not_delegated'],
    ['an unknown user', caseWith({ user: null }), 'agent/unknown_user'],
    [
      'a work intent that may only be read',
      checks({ access: { intent_id: 'i', level: 'read' } }),
      'access/access_missing',
    ],
    [
      'a work intent that is hidden',
      checks({ access: { intent_id: 'i', level: null } }),
      'access/access_missing',
    ],
    ['a missing permission', checks({ missing_permissions: ['file:read'] }), 'permission/permission_missing'],
    ['O-MCP-1: an undeclared tool', caseWith({ tool: null }), 'tool/unknown_tool'],
    ['arguments that do not fit', checks({ arguments_valid: false }), 'tool/arguments_invalid'],
    [
      'a tool declared anew',
      caseWith({}, { definitions: { announced: 'hash', judged: 'other' } }),
      'tool/tool_changed',
    ],
    [
      'a tool declared since',
      caseWith({}, { definitions: { announced: null, judged: 'hash' } }),
      'tool/tool_changed',
    ],
    ['a feature that the plan lacks', checks({ missing_flags: ['sso'] }), 'plan/flag_off'],
    ['a cost that is not known', caseWith({ tool: { cost_micros: null } }), 'tool/cost_unknown'],
    [
      'an environment that is not known',
      caseWith({ tool: { environment: null } }),
      'tool/environment_unknown',
    ],
  ])('refuses %s, although the policies allow it', (_, subject, reason) => {
    const judged = judge(subject, inForce(ALLOW));
    expect(judged).toMatchObject({ verdict: 'deny', obligations: {} });
    expect(told(judged)).toEqual([reason]);
  });

  it('lets a call pass in which none finds anything', () => {
    const judged = judge(caseWith(), inForce(ALLOW));
    expect(judged).toMatchObject({ verdict: 'allow', obligations: {} });
    expect(told(judged)).toEqual(['policy/policy_allowed']);
  });

  it('gives its reasons beside those of all others, in the order of the layers', () => {
    const subject = caseWith(
      {
        tool: { cost_micros: null, environment: null },
        checks: {
          kill_switches: ['k1', 'k2'],
          agent_enabled: false,
          user_delegated: false,
          arguments_valid: false,
          missing_permissions: ['file:read', 'file:stat'],
          missing_flags: ['access', 'sso'],
        },
      },
      { definitions: { announced: 'hash', judged: 'other' } },
    );
    expect(told(judge(subject, inForce(DENY + ALLOW)))).toEqual([
      'kill_switch/killed',
      'agent/agent_disabled',
      'agent/user_not_delegated',
      'permission/permission_missing',
      'permission/permission_missing',
      'tool/arguments_invalid',
      'tool/tool_changed',
      'tool/cost_unknown',
      'tool/environment_unknown',
      'plan/flag_off',
      'plan/flag_off',
      'policy/policy_denied',
    ]);
  });

  it('does not ask the policies about an unknown tool, agent or user, and names the set all the same', () => {
    for (const subject of [caseWith({ tool: null }), caseWith({ agent: null }), caseWith({ user: null })]) {
      const set = inForce(DENY);
      expect(judge(subject, set)).toMatchObject({
        verdict: 'deny',
        rules: [],
        policy_set: set.digest,
      });
    }
  });
});

describe('policies', () => {
  it('deny when none is in force', () => {
    expect(told(judge(caseWith(), compilePolicySet([])))).toEqual(['policy/no_policy']);
    const elsewhere = compilePolicySet([active(ALLOW, { scope: { project: 'other' } })]);
    expect(told(judge(caseWith(), elsewhere))).toEqual(['policy/no_policy']);
  });

  it('deny by a rule that reads what is not known', () => {
    const dear = rule('dear', 'condition: tool.cost_micros > 5\n    effect: deny');
    const judged = judge(caseWith({ tool: { cost_micros: null } }), inForce(dear + ALLOW));
    expect(told(judged)).toEqual(['tool/cost_unknown', 'policy/policy_error']);
  });

  it('in shadow are recorded and change nothing', () => {
    const set = compilePolicySet([active(ALLOW), active(DENY, { mode: 'shadow' })]);
    const judged = judge(caseWith(), set);
    expect(judged.verdict).toBe('allow');
    expect(judged.shadow).toEqual([
      { policy: 'sample', rule: 'nothing', fired: true, error: null, effect: 'deny' },
    ]);
    expect(judged.rules.map((one) => one.rule)).toEqual(['anything']);
  });

  it('ask for approval with their obligations, and deny without them', () => {
    const asked = judge(caseWith(), inForce(ask('"role:operator"')));
    expect(asked).toMatchObject({
      verdict: 'require_approval',
      obligations: { approvers: ['role:operator'], quorum: 1 },
    });
    const refused = judge(checks({ agent_enabled: false }), inForce(ask('"role:operator"')));
    expect(refused).toMatchObject({ verdict: 'deny', obligations: {} });
    expect(told(refused)).toEqual(['agent/agent_disabled', 'policy/approval_required']);
  });
});

describe('at release', () => {
  const person = (id: string, ...roles: readonly string[]): ApprovedBy => ({
    id,
    roles,
    may_approve: roles.includes('operator'),
  });
  const granted = (...approved_by: readonly ApprovedBy[]): Case =>
    caseWith({}, { facts: { ...CALM_FACTS, approved_by } });
  const olga = person('olga', 'operator');
  const oscar = person('oscar', 'operator');

  it.each<[string, string, Case]>([
    ['one who has the role', ask('"role:operator"'), granted(olga)],
    ['one who is named', ask('"user:nina"'), granted(person('nina'))],
    ['two where two are asked for', ask('"role:operator"', 2), granted(olga, oscar)],
    ['more than are asked for', ask('"role:operator"'), granted(olga, oscar, person('nina'))],
    ['nobody, where nobody is asked any more', ALLOW, granted()],
  ])('allows what was approved by %s', (_, rules, given) => {
    const judged = judge(given, inForce(rules));
    expect(judged.verdict).toBe('allow');
    expect(told(judged)).not.toContain('approval/approval_void');
  });

  it.each<[string, string, Case]>([
    ['too few', ask('"role:operator"', 2), granted(olga)],
    ['the same person twice', ask('"role:operator"', 2), granted(olga, olga)],
    ['others than are asked now', ask('"role:owner"'), granted(olga, oscar)],
    ['people without the role', ask('"role:operator"'), granted(person('olga'))],
    ['the user acted for', ask('"user:alice"'), granted(person('alice'))],
    [
      'who announced the call',
      ask('"user:nina"'),
      { ...granted(person('nina')), requestedBy: { kind: 'user', id: 'nina' } },
    ],
    ['nobody', ask('"role:operator"'), granted()],
  ])('voids what was approved by %s', (_, rules, given) => {
    const judged = judge(given, inForce(rules));
    expect(judged).toMatchObject({ verdict: 'deny', obligations: {} });
    expect(told(judged)).toEqual(['approval/approval_void', 'policy/approval_required']);
  });

  it('is stopped by what any layer finds, whoever approved', () => {
    const killed = caseWith({ checks: { kill_switches: ['k1'] } });
    const judged = judge(
      { ...killed, facts: { ...killed.facts, approved_by: [olga] } },
      inForce(ask('"role:operator"')),
    );
    expect(judged.verdict).toBe('deny');
    expect(told(judged)[0]).toBe('kill_switch/killed');
    expect(judge(granted(olga), inForce(DENY)).verdict).toBe('deny');
  });
});
