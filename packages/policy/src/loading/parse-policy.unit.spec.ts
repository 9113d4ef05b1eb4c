import { describe, expect, it } from 'vitest';
import { brief, loaded } from '../spec/policies.ts';
import { parsePolicy } from './parse-policy.ts';

const HEAD = 'policy: base\nschema: call/1\n';

/** The errors of a file whose third line starts `body`. */
function errorsOf(body: string): readonly string[] {
  const result = parsePolicy(HEAD + body);
  return result.ok ? [] : brief(result.errors);
}

/** The errors of a rule whose keys after id and effect stand from line 6 on. */
function errorsOfRule(effect: string, ...lines: readonly string[]): readonly string[] {
  return errorsOf(
    `rules:\n  - id: a\n    effect: ${effect}\n${lines.map((line) => `    ${line}\n`).join('')}`,
  );
}

const always = "condition: 'true'";

describe('a policy file', () => {
  it('is read as plain data with defaults filled in', () => {
    expect(
      loaded(`
policy: acme-base
schema: call/1
description: What holds at Acme
scope: { organization: org_acme }
variables:
  - name: prod
    expression: tool.environment == "production"
rules:
  - id: sensitive-in-production
    match: { tools: ["*"], actions: [modify, delete, admin] }
    condition: vars.prod && tool.sensitivity == "high"
    effect: deny
    reason: "'sensitive tool ' + tool.name + ' in production'"
  - id: first-use-of-sensitive-tool
    condition: tool.sensitivity in ["high","critical"] && ctx.first_use
    effect: require_approval
    obligations: { approvers: ["role:security", "group:oncall"], quorum: 2, ttl: 15m }
  - id: costly
    mode: shadow
    condition: tool.cost_micros > 5000000
    effect: require_approval
    obligations: { approvers: ["role:owner"] }
  - id: operators-may-write
    condition: '"operator" in user.roles && tool.action in ["read", "modify"]'
    effect: allow
    obligations: { redact: ["args.password"], sandbox: restricted, dry_run: true }
`),
    ).toEqual({
      policy: 'acme-base',
      schema: 'call/1',
      description: 'What holds at Acme',
      scope: { organization: 'org_acme' },
      variables: [{ name: 'prod', expression: 'tool.environment == "production"' }],
      rules: [
        {
          id: 'sensitive-in-production',
          mode: 'enforce',
          match: { tools: ['*'], actions: ['admin', 'delete', 'modify'] },
          condition: 'vars.prod && tool.sensitivity == "high"',
          effect: 'deny',
          reason: "'sensitive tool ' + tool.name + ' in production'",
        },
        {
          id: 'first-use-of-sensitive-tool',
          mode: 'enforce',
          condition: 'tool.sensitivity in ["high","critical"] && ctx.first_use',
          effect: 'require_approval',
          obligations: { approvers: ['group:oncall', 'role:security'], quorum: 2, ttl_ms: 900_000 },
        },
        {
          id: 'costly',
          mode: 'shadow',
          condition: 'tool.cost_micros > 5000000',
          effect: 'require_approval',
          obligations: { approvers: ['role:owner'], quorum: 1, ttl_ms: 60_000 },
        },
        {
          id: 'operators-may-write',
          mode: 'enforce',
          condition: '"operator" in user.roles && tool.action in ["read", "modify"]',
          effect: 'allow',
          obligations: { redact: ['args.password'], sandbox: 'restricted', dry_run: true },
        },
      ],
    });
  });

  it('reports every error at once, in file order, with rule, place and remedy', () => {
    const result = parsePolicy(`policy: Base
schema: call/1
rules:
  - id: a
    condition: tool.actoin == "read"
    effect: permit
  - id: b
    condition: args.path.matches("^/etc")
    effect: require_approval
`);
    expect(result).toEqual({
      ok: false,
      errors: [
        expect.objectContaining({ line: 1, column: 9, code: 'bad_id', path: '/policy' }),
        expect.objectContaining({
          line: 5,
          column: 21,
          code: 'cel_type',
          path: '/rules/0/condition',
          rule: 'a',
        }),
        expect.objectContaining({
          line: 6,
          column: 13,
          code: 'bad_value',
          path: '/rules/0/effect',
          rule: 'a',
        }),
        expect.objectContaining({
          line: 7,
          column: 5,
          code: 'approvers_missing',
          path: '/rules/1',
          rule: 'b',
        }),
        expect.objectContaining({ line: 8, column: 26, code: 'cel_banned_function', rule: 'b' }),
      ],
    });
    for (const { message, remedy } of result.ok ? [] : result.errors) {
      expect(message).not.toBe('');
      expect(remedy).not.toBe('');
    }
  });
});

describe('the shape of a policy', () => {
  it.each([
    ['', ['1:1 missing_key']],
    [`rules: []`, ['3:8 empty_list']],
    [`rules: none`, ['3:8 wrong_type']],
    [`rules:\n  - just a text`, ['4:5 wrong_type']],
    [`rules:\n  - { id: a, effect: allow, when: 'true', condition: 'true' }`, ['4:29 unknown_key']],
    [`rules:\n  - { id: A B, effect: allow, ${always} }`, ['4:11 bad_id']],
    [`rules:\n  - { id: 7, effect: allow, ${always} }`, ['4:11 wrong_type']],
    [`rules:\n  - { effect: allow, ${always} }`, ['4:5 missing_key']],
    [`rules:\n  - { id: a, ${always} }`, ['4:5 missing_key']],
    [`rules:\n  - { id: a, effect: allow }`, ['4:5 missing_key']],
    [
      `rules:\n  - { id: a, effect: allow, ${always} }\n  - { id: a, effect: deny, ${always} }`,
      ['5:11 duplicate_id'],
    ],
    [`rules:\n  - { id: a, effect: maybe, ${always} }`, ['4:22 bad_value']],
    [`rules:\n  - { id: a, effect: allow, mode: off, ${always} }`, ['4:35 bad_value']],
    [`rules:\n  - { id: a, effect: allow, condition: true }`, ['4:40 wrong_type']],
    [`scope: {}\nrules:\n  - { id: a, effect: allow, ${always} }`, ['3:8 missing_key']],
    [
      `scope: { team: x }\nrules:\n  - { id: a, effect: allow, ${always} }`,
      ['3:8 missing_key', '3:10 unknown_key'],
    ],
    [`description: ${'x'.repeat(501)}\nrules:\n  - { id: a, effect: allow, ${always} }`, ['3:14 too_long']],
  ])('%s', (body, errors) => {
    expect(errorsOf(body)).toEqual(errors);
  });

  it('must be of schema call/1', () => {
    const result = parsePolicy(
      `policy: base\nschema: call/2\nrules:\n  - { id: a, effect: allow, ${always} }`,
    );
    expect(result.ok ? [] : brief(result.errors)).toEqual(['2:9 bad_value']);
  });

  it('holds at most 200 rules', () => {
    const rules = (count: number) =>
      `rules:\n${Array.from({ length: count }, (_, at) => `  - { id: r${at}, effect: allow, ${always} }\n`).join('')}`;
    expect(errorsOf(rules(200))).toEqual([]);
    expect(errorsOf(rules(201))).toEqual(['4:3 too_many']);
  });
});

describe('variables', () => {
  const declared = (...variables: readonly (readonly [string, string])[]) =>
    errorsOf(
      `variables:\n${variables.map(([name, cel]) => `  - name: ${name}\n    expression: ${cel}\n`).join('')}rules:\n  - { id: a, effect: allow, ${always} }`,
    );

  it('may read those before them', () => {
    expect(declared(['a', 'tool.cost_micros + 1'], ['b', 'vars.a > 2'])).toEqual([]);
  });
  it('may not read later ones, so that there are no cycles', () => {
    expect(declared(['a', 'vars.b'], ['b', "'true'"])).toEqual(['5:22 cel_type']);
    expect(declared(['a', "'true'"], ['b', 'vars.c'], ['c', 'vars.b'])).toEqual(['7:22 cel_type']);
    expect(declared(['a', 'vars.a'])).toEqual(['5:22 cel_type']);
  });
  it('have names of their own', () => {
    expect(declared(['a', "'true'"], ['a', "'false'"])).toEqual(['6:11 duplicate_id']);
    expect(declared(['in', "'true'"], ['B-c', "'true'"])).toEqual(['4:11 bad_id', '6:11 bad_id']);
  });
  it('keep their type for the rules that read them', () => {
    const rule = (condition: string) =>
      errorsOf(
        `variables:\n  - { name: n, expression: tool.cost_micros }\nrules:\n  - { id: a, effect: allow, condition: '${condition}' }`,
      );
    expect(rule('vars.n > 5')).toEqual([]);
    expect(rule('vars.n == "five"')).toEqual(['6:41 cel_type']);
    expect(rule('vars.m == 1')).toEqual(['6:46 cel_type']);
  });
});

describe('match', () => {
  it.each([
    ['match: {}', ['6:12 unreachable_match']],
    ['match: { tools: [] }', ['6:21 empty_list']],
    ['match: { tools: [Read_File] }', ['6:22 unreachable_match']],
    ['match: { tools: [read_file, read_file] }', ['6:33 duplicate_entry']],
    ['match: { actions: [remove] }', ['6:24 unreachable_match']],
    ['match: { sensitivities: [severe] }', ['6:30 unreachable_match']],
    ['match: { environments: [prod] }', ['6:29 unreachable_match']],
    ['match: { environments: [productoin] }', ['6:29 unreachable_match']],
    ['match: { users: [ada] }', ['6:12 unreachable_match', '6:14 unknown_key']],
    ['match: { tools: ["files-*", "*_write", "a*b*c"], environments: [qa, production] }', []],
  ])('%s', (match, errors) => {
    expect(errorsOfRule('allow', match, always)).toEqual(errors);
  });
});

describe('obligations', () => {
  it.each([
    ['require_approval', 'obligations: {}', ['6:18 approvers_missing']],
    ['require_approval', 'obligations: { approvers: [] }', ['6:31 empty_list']],
    ['require_approval', 'obligations: { approvers: [ada] }', ['6:32 bad_approver']],
    ['require_approval', 'obligations: { approvers: ["team:x"] }', ['6:32 bad_approver']],
    ['require_approval', 'obligations: { approvers: ["role:x", "role:x"] }', ['6:42 duplicate_entry']],
    ['require_approval', 'obligations: { approvers: ["role:x"], quorum: 0 }', ['6:51 bad_value']],
    ['require_approval', 'obligations: { approvers: ["role:x"], quorum: 1.5 }', ['6:51 bad_value']],
    ['require_approval', 'obligations: { approvers: ["user:x"], quorum: 2 }', ['6:51 bad_value']],
    ['require_approval', 'obligations: { approvers: ["role:x"], ttl: 60 }', ['6:48 wrong_type']],
    ['require_approval', 'obligations: { approvers: ["role:x"], ttl: 5d }', ['6:48 bad_duration']],
    ['require_approval', 'obligations: { approvers: ["role:x"], ttl: 0s }', ['6:48 bad_duration']],
    ['require_approval', 'obligations: { approvers: ["role:x"], ttl: 169h }', ['6:48 bad_duration']],
    ['require_approval', 'obligations: { approvers: ["role:x"], notify: y }', ['6:43 unknown_key']],
    ['allow', 'obligations: { approvers: ["role:x"] }', ['6:31 obligation_misplaced']],
    [
      'allow',
      'obligations: { quorum: 2, ttl: 5m }',
      ['6:28 obligation_misplaced', '6:36 obligation_misplaced'],
    ],
    ['allow', 'obligations: { redact: [password] }', ['6:29 bad_path']],
    ['allow', 'obligations: { redact: ["args.a", "args.a"] }', ['6:39 duplicate_entry']],
    ['allow', 'obligations: { sandbox: "Big Box" }', ['6:29 bad_id']],
    ['allow', 'obligations: { dry_run: "yes" }', ['6:29 wrong_type']],
    ['deny', 'obligations: { redact: ["args.a"] }', ['6:28 obligation_misplaced']],
  ])('of %s: %s', (effect, obligations, errors) => {
    expect(errorsOfRule(effect, obligations, always)).toEqual(errors);
  });
});

describe('expressions', () => {
  it.each([
    ['condition: tool.action ==', ['6:30 cel_syntax']],
    ['condition: tool.cost_micros', ['6:16 cel_type']],
    ['condition: args.force', ['6:16 cel_type']],
    ['condition: tool.cost_micros == 1.0', ['6:16 cel_type']],
    ['condition: tool.action == "remove"', ['6:31 enum_constant']],
    ['condition: tool.environment == "prodcution"', ['6:36 enum_constant']],
    ['condition: plan == "free"', ['6:16 cel_unknown_name']],
    ['condition: args.a.all(x, args.b.exists(y, x == y))', ['6:37 cel_nested_comprehension']],
    ['condition: args.a.all(x, x in args.b)', ['6:16 cel_cost']],
  ])('%s', (condition, errors) => {
    expect(errorsOfRule('deny', condition)).toEqual(errors);
  });

  it('are limited in length, size and depth', () => {
    expect(errorsOfRule('deny', `condition: tool.destructive ${' '.repeat(2_000)} && true`)).toEqual([
      '6:16 cel_limit',
    ]);
    expect(errorsOfRule('deny', `condition: ${'1 + '.repeat(123)} 1 > 0`)).toEqual([]);
    expect(errorsOfRule('deny', `condition: ${'1 + '.repeat(124)} 1 > 0`)).toEqual(['6:16 cel_limit']);
    expect(errorsOfRule('deny', `condition: ${'('.repeat(40)}true${')'.repeat(40)}`)).toEqual([
      '6:48 cel_limit',
    ]);
    const elements = Array.from({ length: 101 }, () => '"x"').join(', ');
    expect(errorsOfRule('deny', `condition: 'tool.name in [${elements}]'`)).toEqual(['6:531 cel_limit']);
  });

  it('are pointed into wherever the file holds them', () => {
    const spelt = [
      '  - id: a',
      '    effect: deny',
      '    condition: >-',
      '      tool.destructive',
      '      && tool.colour == "red"',
    ];
    expect(errorsOf(`rules:\n${spelt.join('\n')}\n`)).toEqual(['8:15 cel_type']);
    expect(errorsOfRule('deny', `condition: 'tool.name == ''x'' && tool.colour == 1'`)).toEqual([
      '6:44 cel_type',
    ]);
    expect(errorsOfRule('deny', 'condition: "tool.name == \\"x\\" && tool.colour == 1"')).toEqual([
      '6:44 cel_type',
    ]);
  });

  it('of a reason yield a string and read nothing personal', () => {
    const reason = (cel: string) => errorsOfRule('deny', always, `reason: ${cel}`);
    expect(reason('\'"tool " + tool.name\'')).toEqual([]);
    expect(reason('tool.cost_micros')).toEqual(['7:13 cel_type']);
    expect(reason('string(args.amount)')).toEqual(['7:20 private_reason']);
    expect(reason('call.reason')).toEqual(['7:13 private_reason']);
  });
});
