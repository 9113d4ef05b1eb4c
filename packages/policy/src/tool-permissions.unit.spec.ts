import { describe, expect, it } from 'vitest';
import { evaluate } from './evaluating/evaluate.ts';
import { compilePolicySet } from './evaluating/policy-set.ts';
import { call } from './spec/calls.ts';
import { active, loaded, rule, setOf } from './spec/policies.ts';

/** A policy of rules as users write them, in force. */
const inForce = (...rules: readonly string[]) =>
  compilePolicySet([active(loaded(`policy: tools\nschema: call/1\nrules:\n${rules.join('')}`))]);

const EFFECTS = {
  allow: 'effect: allow',
  ask: 'effect: require_approval\n    obligations: { approvers: ["role:operator"] }',
  deny: 'effect: deny',
} as const;
type Permission = keyof typeof EFFECTS;

/** What every tool may that no rule of its own is about. */
const OTHERS = 'condition: "!(tool.name in [\'own\'])"';
const others = (id: string, actions: string, permission: Permission) =>
  `  - id: ${id}\n    match: { actions: [${actions}] }\n    ${OTHERS}\n    ${EFFECTS[permission]}\n`;
const WRITES = 'create, modify, delete, execute, admin';
const MODES = {
  allow: [others('all', `read, ${WRITES}`, 'allow')],
  ask: [others('all', `read, ${WRITES}`, 'ask')],
  deny: [others('all', `read, ${WRITES}`, 'deny')],
  allow_reads: [others('reads', 'read', 'allow'), others('writes', WRITES, 'ask')],
} as const;
const own = (permission: Permission) =>
  `  - id: own-${permission}\n    match: { tools: [own] }\n    ${EFFECTS[permission]}\n`;

const VERDICTS = { allow: 'allow', ask: 'require_approval', deny: 'deny' } as const;

describe('the four modes of Agenta, written as policies', () => {
  it.each([
    ['allow', 'allow', 'allow'],
    ['ask', 'ask', 'ask'],
    ['deny', 'deny', 'deny'],
    ['allow_reads', 'allow', 'ask'],
  ] as const)('A-TOOL-1, A-TOOL-4: %s makes a read %s and a change %s', (mode, read, change) => {
    const asked = (name: string, action: string, set = inForce(...MODES[mode])) =>
      evaluate(set, call({ tool: { name, action } })).verdict;
    expect([asked('other', 'read'), asked('other', 'modify')]).toEqual([VERDICTS[read], VERDICTS[change]]);
    // A tool with a rule of its own goes by that one, whatever the mode.
    for (const permission of ['allow', 'ask', 'deny'] as const) {
      const set = inForce(...MODES[mode], own(permission));
      expect([asked('own', 'read', set), asked('own', 'modify', set)]).toEqual([
        VERDICTS[permission],
        VERDICTS[permission],
      ]);
    }
  });

  it('A-TOOL-4: an action that is not known is no read', () => {
    const { verdict } = evaluate(inForce(...MODES.allow_reads), call({ tool: { action: null } }));
    expect(verdict).toBe('deny');
  });
});

describe('several rules about one tool', () => {
  it('A-TOOL-2: are one verdict, the strictest, however narrow any of them is', () => {
    const set = inForce(own('allow'), `  - id: all\n    match: { tools: ["*"] }\n    ${EFFECTS.ask}\n`);
    expect(evaluate(set, call({ tool: { name: 'own' } })).verdict).toBe('require_approval');
  });

  it.each([
    [['allow', 'require_approval', 'deny'], 'deny'],
    [['deny', 'allow'], 'deny'],
    [['allow', 'require_approval'], 'require_approval'],
    [['allow', 'allow'], 'allow'],
  ] as const)('A-TOOL-5: %j are %s, in whatever order', (effects, verdict) => {
    const rules = effects.map((effect, index) => rule(`r${index}`, effect));
    expect(evaluate(setOf(...rules), call()).verdict).toBe(verdict);
    expect(evaluate(setOf(...rules.toReversed()), call()).verdict).toBe(verdict);
  });
});

describe('A-TOOL-6: a rule about the beginning of an argument', () => {
  const git = (effect: Permission) =>
    `  - id: git\n    match: { tools: [bash] }\n    condition: args.command.startsWith("git ")\n    ${EFFECTS[effect]}\n`;
  const verdictOf = (args: object, ...rules: readonly string[]) =>
    evaluate(inForce(...rules), call({ args, tool: { name: 'bash', action: 'execute' } })).verdict;

  it('fires for what begins so, and leaves all else to the other rules', () => {
    expect(verdictOf({ command: 'git status' }, git('allow'))).toBe('allow');
    expect(verdictOf({ command: 'rm -r /' }, git('allow'))).toBe('deny');
  });

  it.each([{}, { command: 7 }, { command: ['git', 'status'] }])(
    'that can not be told of %j allows nothing where it would allow, and denies where it would be stricter',
    (args) => {
      const open = `  - id: rest\n    match: { tools: ["*"] }\n    ${EFFECTS.allow}\n`;
      expect(verdictOf(args, git('allow'))).toBe('deny');
      expect(verdictOf(args, git('allow'), open)).toBe('allow');
      expect(verdictOf(args, git('ask'), open)).toBe('deny');
      expect(verdictOf(args, git('deny'), open)).toBe('deny');
    },
  );
});
