import { describe, expect, it } from 'vitest';
import { parseWorkflow } from './parse-workflow.ts';
import type { Permissions } from './permissions.ts';

/** A phase whose permissions are a YAML value, such as a JSON text. */
const fileOf = (permissions: string) => `workflow: { work: { assign: worker, permissions: ${permissions} } }`;

function permissionsOf(text: string): Permissions | null | undefined {
  const parsed = parseWorkflow(fileOf(text));
  return parsed.ok ? parsed.workflow.phases[0]?.permissions : undefined;
}

/** What is wrong, as JSON pointer below `permissions`, and code. */
function errorsOf(text: string): readonly string[] {
  const parsed = parseWorkflow(fileOf(text));
  if (parsed.ok) return [];
  return parsed.errors.map(({ path, code }) => `${path.replace('/workflow/work/permissions', '')} ${code}`);
}

const PLAIN = { default: null, allow: [], delegate: null, context: 'auto' };
const allowance = (id: string, level: string) => ({
  principal: { kind: 'agent', id },
  level,
  delegate: false,
  expiresAt: null,
  reason: null,
});

describe('permissions of a phase', () => {
  it.each(['null', '~', ''])('O-YML-1: left out or %s say nothing', (text) => {
    expect(permissionsOf(text)).toBeNull();
    expect(parseWorkflow('workflow: { work: { assign: worker } }')).toMatchObject({
      workflow: { phases: [{ permissions: null }] },
    });
  });

  it.each(['open', 'private', 'restricted'])('O-YML-2: %s is that policy and nothing else', (policy) => {
    expect(permissionsOf(policy)).toEqual({ ...PLAIN, policy });
  });

  it.each(['scoped', 'OPEN', '""', 'closed', 'Private'])('O-YML-3: %s is no shorthand', (text) => {
    expect(errorsOf(text)).toEqual([' bad_value']);
  });

  it('O-YML-4: who is listed may write', () => {
    const allow = [allowance('a', 'write'), allowance('b', 'write')];
    expect(permissionsOf('[a, b]')).toEqual({ ...PLAIN, policy: 'listed', allow });
  });

  it('O-YML-5: an empty list lets nobody in', () => {
    expect(permissionsOf('[]')).toEqual({ ...PLAIN, policy: 'listed' });
  });

  it.each(['true', '5', '1.5'])('O-YML-6: %s opens nothing', (text) => {
    expect(errorsOf(text)).toEqual([' wrong_type']);
  });

  it.each([
    ['{}', [' missing_key']],
    ['{ polcy: private }', ['/polcy unknown_key', ' missing_key']],
    ['{ policy: private, actions: [read] }', ['/actions unknown_key']],
  ])('O-YML-7: %s is refused', (text, errors) => {
    expect([...errorsOf(text)].sort()).toEqual([...errors].sort());
  });

  it('O-YML-8: a list names principals and nothing else', () => {
    expect(errorsOf('[{ agent: a, level: read }, 5]')).toEqual(['/0 wrong_type', '/1 wrong_type']);
  });

  it('O-YML-9: a default of admin is what was written', () => {
    expect(permissionsOf('{ default: admin }')).toEqual({ ...PLAIN, policy: 'open', default: 'admin' });
  });

  it.each([
    ['{ default: none }', ['/default bad_value']],
    ['{ allow: [{ agent: a, level: delegate }] }', ['/allow/0/level bad_value']],
  ])('O-YML-10: %s is no level', (text, errors) => {
    expect(errorsOf(text)).toEqual(errors);
  });

  it('O-YML-11: an entry names somebody', () => {
    expect(errorsOf('{ allow: [{ level: read }] }')).toEqual(['/allow/0 missing_key']);
  });

  it.each([
    ['{ delegate: null }', ['/delegate wrong_type']],
    ['{ allow: null }', ['/allow wrong_type']],
    ['{ delegate: {} }', ['/delegate missing_key']],
    ['{ allow: a }', ['/allow wrong_type']],
  ])('O-YML-12: %s is refused where it stands', (text, errors) => {
    expect(errorsOf(text)).toEqual(errors);
  });

  it.each(['not-a-date', '"2026-02-31T00:00:00Z"', '"2026-12-31"', '"2026-12-31T00:00:00"', '20261231'])(
    'O-YML-13: an entry that expires at %s is refused',
    (time) => {
      expect(errorsOf(`{ allow: [{ agent: a, expires: ${time} }] }`)).toHaveLength(1);
    },
  );

  it('O-YML-13: an end is kept, in UTC', () => {
    const permissions = permissionsOf(
      '{ allow: [{ agent: a, level: write, expires: "2026-12-31T01:00:00+01:00" }] }',
    );
    expect(permissions?.allow[0]?.expiresAt).toBe('2026-12-31T00:00:00.000Z');
  });

  it("O-YML-14: OpenIntent's published form is read beside the seed's", () => {
    const published =
      '{ policy: restricted, default: read, allow: [{ agent: a, level: write }], delegate: { to: [b] }, context: [peers, dependencies] }';
    expect(permissionsOf(published)).toEqual({
      policy: 'restricted',
      default: 'read',
      allow: [allowance('a', 'write')],
      delegate: { to: ['b'], level: 'read', maxDepth: 1 },
      context: { parts: ['dependencies', 'peers'] },
    });
  });

  it.each([
    ['read', 'read', false],
    ['read, write', 'write', false],
    ['admin', 'admin', false],
    ['delegate, read', 'read', true],
  ])('grants [%s]', (grants, level, delegate) => {
    const [entry] = permissionsOf(`{ allow: [{ agent: a, grants: [${grants}] }] }`)?.allow ?? [];
    expect(entry).toMatchObject({ level, delegate });
  });

  it.each([
    ['{ allow: [{ agent: a, grants: [delegate] }] }', ['/allow/0/grants bad_combination']],
    ['{ allow: [{ agent: a, grants: [] }] }', ['/allow/0/grants empty_list']],
    ['{ allow: [{ agent: a, grants: [supervise] }] }', ['/allow/0/grants/0 bad_value']],
    ['{ allow: [{ agent: a, grants: [read], level: read }] }', ['/allow/0/level bad_combination']],
    ['{ allow: [{ agent: a }, { agent: "agent:a" }] }', ['/allow/1 duplicate_entry']],
    ['{ allow: [{ agent: "robot:a" }] }', ['/allow/0/agent bad_principal']],
    ['{ policy: private, default: read }', ['/default bad_combination']],
    ['{ delegate: { allow: false, max_depth: 2 } }', ['/delegate/max_depth bad_combination']],
    ['{ delegate: { allow: yes } }', ['/delegate/allow wrong_type']],
    ['{ delegate: { max_depth: 2 } }', ['/delegate missing_key']],
    ['{ delegate: { allow: true, max_depth: -1 } }', ['/delegate/max_depth bad_value']],
    ['{ delegate: { to: [] } }', ['/delegate/to empty_list']],
    ['{ delegate: { to: ["group:team"] } }', ['/delegate/to/0 bad_principal']],
    [
      '{ allow: [{ agent: a, grants: [read, delegate] }], delegate: { allow: false } }',
      ['/delegate bad_combination'],
    ],
    ['{ context: [secrets] }', ['/context/0 bad_value']],
    ['{ context: everything }', ['/context bad_value']],
    ['{ context: { injekt: [a] } }', ['/context missing_key', '/context/injekt unknown_key']],
  ])('refuses %s', (text, errors) => {
    expect([...errorsOf(text)].sort()).toEqual(errors);
  });

  it('names people and groups as well as agents', () => {
    const { allow } = permissionsOf('[a, "user:olga", "group:team", "service:ci"]') ?? {};
    expect(allow?.map(({ principal }) => `${principal.kind}:${principal.id}`)).toEqual([
      'agent:a',
      'user:olga',
      'group:team',
      'service:ci',
    ]);
  });

  it('hands on nothing where the depth is none', () => {
    expect(permissionsOf('{ delegate: { allow: true, max_depth: 0 } }')?.delegate).toBeNull();
  });
});
