import { describe, expect, it } from 'vitest';
import { brief } from '../spec/policies.ts';
import { parsePolicyTests } from './parse-tests.ts';

function errorsOf(text: string): readonly string[] {
  const result = parsePolicyTests(text);
  return result.ok ? [] : brief(result.errors);
}

/** The errors of a test whose facts start on line 3, column 12. */
function errorsOfFacts(facts: string): readonly string[] {
  return errorsOf(`tests:\n  - name: a\n    given: ${facts}\n    expect: { outcome: allow }\n`);
}

describe('a test file', () => {
  it('has facts as large as those of calls, no larger', () => {
    expect(errorsOfFacts(`{ call: { reason: ${'x'.repeat(2_000)} } }`)).toEqual([]);
    expect(errorsOfFacts(`{ call: { reason: ${'x'.repeat(2_001)} } }`)).toEqual(['3:30 too_large']);
    const roles = (length: number) => Array.from({ length }, (_, at) => `r${at}`).join();
    expect(errorsOfFacts(`{ user: { roles: [${roles(200)}] } }`)).toEqual([]);
    expect(errorsOfFacts(`{ user: { roles: [${roles(201)}] } }`)).toEqual(['3:29 too_large']);
    expect(errorsOfFacts(`{ args: { text: ${'x'.repeat(2_001)} } }`)).toEqual([]);
  });

  it('lays the changes of a test over its fixture, at every depth', () => {
    const result = parsePolicyTests(`
fixtures:
  calm:
    args: { file: { path: a, mode: 1 }, tags: [x, y] }
    tool: { name: write, sensitivity: low }
    user: { id: ada, roles: [developer] }
tests:
  - name: stricter
    given: calm
    with:
      args: { file: { mode: 2 }, tags: [z] }
      tool: { sensitivity: high }
      user: { roles: null }
      ctx: { frequency: 7 }
    expect: { outcome: deny, rules: [b, a], not_rules: [c], approvers: ["role:x"], quorum: 2 }
  - name: inline facts
    given: { tool: { name: read } }
    expect: { outcome: allow }
`);
    expect(result).toEqual({
      ok: true,
      tests: [
        {
          name: 'stricter',
          position: { line: 8, column: 5 },
          facts: {
            args: { file: { path: 'a', mode: 2 }, tags: ['z'] },
            tool: { name: 'write', sensitivity: 'high' },
            user: { id: 'ada', roles: null },
            ctx: { frequency: 7 },
          },
          expect: { outcome: 'deny', rules: ['a', 'b'], not_rules: ['c'], approvers: ['role:x'], quorum: 2 },
        },
        {
          name: 'inline facts',
          position: { line: 16, column: 5 },
          facts: { tool: { name: 'read' } },
          expect: { outcome: 'allow' },
        },
      ],
    });
  });

  it.each([
    ['', ['1:1 wrong_type']],
    ['fixtures: {}\n', ['1:1 missing_key']],
    ['tests: []\n', ['1:8 empty_list']],
    ['tests:\n  - { name: a, expect: { outcome: allow }, when: b }\n', ['2:44 unknown_key']],
    ['tests:\n  - { name: a }\n', ['2:5 missing_key']],
    ['tests:\n  - { expect: { outcome: allow } }\n', ['2:5 missing_key']],
    ['tests:\n  - { name: a, expect: { outcome: maybe } }\n', ['2:35 bad_value']],
    ['tests:\n  - { name: a, expect: { rules: [b] } }\n', ['2:24 missing_key']],
    ['tests:\n  - { name: a, expect: { outcome: deny, rules: [B] } }\n', ['2:49 bad_id']],
    ['tests:\n  - { name: a, given: calm, expect: { outcome: deny } }\n', ['2:23 unknown_fixture']],
    ['tests:\n  - &x { name: a, expect: { outcome: deny } }\n', ['2:8 yaml_feature']],
    [
      'tests:\n  - { name: a, expect: { outcome: deny } }\n  - { name: a, expect: { outcome: deny } }\n',
      ['3:13 duplicate_id'],
    ],
  ])('%j has errors', (text, errors) => {
    expect(errorsOf(text)).toEqual(errors);
  });

  it.each([
    ['{ tool: { colour: red } }', ['3:22 unknown_key']],
    ['{ plan: free }', ['3:14 unknown_key']],
    ['{ tool: read }', ['3:20 wrong_type']],
    ['{ args: [1] }', ['3:20 wrong_type']],
    ['{ tool: { cost_micros: 1.5 } }', ['3:35 wrong_type']],
    ['{ tool: { destructive: "no" } }', ['3:35 wrong_type']],
    ['{ user: { roles: owner } }', ['3:29 wrong_type']],
    ['{ user: { roles: [1] } }', ['3:29 wrong_type']],
    ['{ call: { confidence: .inf } }', []],
    ['{ tool: { action: remove } }', ['3:30 bad_value']],
    ['{ tool: { environment: prod } }', ['3:35 bad_value']],
    ['{ tool: { environment: qa, destructive: null }, args: { any: [{ thing: 1 }] } }', []],
  ])('facts %s', (facts, errors) => {
    expect(errorsOfFacts(facts)).toEqual(errors);
  });
});
