import { describe, expect, it } from 'vitest';
import { parseWorkflow } from './parse-workflow.ts';

const pathsOf = (text: string) => {
  const parsed = parseWorkflow(text);
  return parsed.ok ? [] : parsed.errors.map(({ path, code }) => `${path} ${code}`);
};
const permissionsIn = (phase: string) => {
  const parsed = parseWorkflow(`workflow: { work: { assign: worker, ${phase} } }`);
  return parsed.ok ? parsed.workflow.phases[0]?.permissions : parsed.errors;
};
const warningsOf = (text: string) => parseWorkflow(text).warnings.map(({ path, code }) => `${path} ${code}`);

describe('the old fields of a phase', () => {
  it.each([
    ['{ acl: [] }', 'open'],
    ['{ policy: restricted }', 'restricted'],
  ])('O-LEG-1: access %s has the policy %s', (access, policy) => {
    expect(permissionsIn(`access: ${access}`)).toMatchObject({ policy });
  });

  it('O-LEG-2: the default is that of access, or to read', () => {
    expect(permissionsIn('access: { default_permission: write }')).toMatchObject({ default: 'write' });
    expect(permissionsIn('access: { policy: restricted }')).toMatchObject({ default: 'read' });
  });

  it('O-LEG-3: entries keep whom they name, how much, until when and why', () => {
    const acl = `[{ principal_id: a, permission: write, expires_at: "2026-12-31T00:00:00Z", reason: helps },
      { agent: b, level: read }, { principal_id: olga, principal_type: user, permission: admin }]`;
    expect(permissionsIn(`access: { acl: ${acl} }`)).toMatchObject({
      allow: [
        {
          principal: { kind: 'agent', id: 'a' },
          level: 'write',
          expiresAt: '2026-12-31T00:00:00.000Z',
          reason: 'helps',
        },
        { principal: { kind: 'agent', id: 'b' }, level: 'read', expiresAt: null, reason: null },
        { principal: { kind: 'user', id: 'olga' }, level: 'admin' },
      ],
    });
  });

  it.each([
    ['{ targets: [b], default_permission: write }', 'write'],
    ['{ to: [b], level: write }', 'write'],
    ['{ to: [b] }', 'read'],
  ])('O-LEG-4: delegation %s', (delegation, level) => {
    const delegate = { to: ['b'], level, maxDepth: 1 };
    expect(permissionsIn(`delegation: ${delegation}`)).toMatchObject({ delegate });
  });

  it.each([
    ['{ inject: [a, b] }', { inject: ['a', 'b'] }],
    ['[peers]', { parts: ['peers'] }],
    ['none', 'none'],
  ])('O-LEG-5: context %s', (context, expected) => {
    expect(permissionsIn(`context: ${context}`)).toMatchObject({ context: expected });
  });

  it('O-LEG-6: beside permissions they are refused, each where it stands', () => {
    const text = `workflow:
  work:
    assign: worker
    permissions: private
    access: { policy: open }
    context: auto
`;
    const parsed = parseWorkflow(text);
    expect(parsed.ok ? [] : parsed.errors.map(({ line, code }) => `${line} ${code}`)).toEqual([
      '5 bad_combination',
      '6 bad_combination',
    ]);
  });

  it('O-LEG-7: permissions that are null leave them in force', () => {
    expect(permissionsIn('permissions: null, access: { policy: private }')).toMatchObject({
      policy: 'private',
    });
  });

  it.each(['{}', '"private"', '{ policy: closed }', '{ policy: open, extra: 1 }'])(
    'O-LEG-8, O-LEG-9, O-LEG-10: access %s is refused and opens nothing',
    (access) => {
      expect(permissionsIn(`access: ${access}`)).toEqual([
        expect.objectContaining({ path: expect.stringMatching(/^\/workflow\/work\/access/) }),
      ]);
    },
  );

  it('O-LEG-11: delegation alone leaves the work open', () => {
    expect(permissionsIn('delegation: { to: [b] }')).toMatchObject({
      policy: 'open',
      default: 'read',
      allow: [],
    });
  });

  it('warns of each, with its place', () => {
    const text = `workflow:
  work:
    assign: worker
    access: { policy: private }
    delegation: { to: [b] }
    context: auto
`;
    const { warnings } = parseWorkflow(text);
    expect(warnings.map(({ line, column, code, path }) => [line, column, code, path])).toEqual([
      [4, 13, 'deprecated', '/workflow/work/access'],
      [5, 17, 'deprecated', '/workflow/work/delegation'],
      [6, 14, 'deprecated', '/workflow/work/context'],
    ]);
  });
});

describe('governance and agents', () => {
  it.each(['approve', 'deny', 'defer'])('O-GOV-1: %s on request, with approvers and a time', (on) => {
    const parsed = parseWorkflow(
      `governance: { access_review: { on_request: ${on}, approvers: ["user:olga", team], timeout_hours: 8 } }`,
    );
    expect(parsed).toMatchObject({
      workflow: { review: { onRequest: on, approvers: ['team', 'user:olga'], timeoutHours: 8 } },
    });
  });

  it.each([
    ['{ on_request: bogus }', ['/governance/access_review/on_request bad_value']],
    ['{ timeout_hours: -4 }', ['/governance/access_review/timeout_hours bad_value']],
    ['{ timeout_hours: 0 }', ['/governance/access_review/timeout_hours bad_value']],
    ['{ timeout_hours: "4" }', ['/governance/access_review/timeout_hours bad_value']],
    ['{ approvers: [] }', ['/governance/access_review/approvers empty_list']],
    ['{ approvers: ["team:x"] }', ['/governance/access_review/approvers/0 bad_approver']],
    [
      '{ aprovers: [a] }',
      ['/governance/access_review missing_key', '/governance/access_review/aprovers unknown_key'],
    ],
    ['{}', ['/governance/access_review missing_key']],
  ])('O-GOV-2: access_review %s is refused', (review, errors) => {
    expect([...pathsOf(`governance: { access_review: ${review} }`)].sort()).toEqual(errors);
  });

  it('O-GOV-3: a review that names no time ends after a day', () => {
    expect(parseWorkflow('governance: { access_review: { on_request: defer } }')).toMatchObject({
      workflow: { review: { timeoutHours: 24, approvers: [] } },
    });
  });

  it('O-GOV-4, O-GOV-5: governance that is no access control is said not to be applied', () => {
    const text =
      'governance: { require_approval: { when: "true" }, max_cost_usd: 5, timeout_hours: 2, escalation: { contact: a }, audit_access_events: false }';
    expect(warningsOf(text)).toEqual([
      '/governance/require_approval not_applied',
      '/governance/max_cost_usd not_applied',
      '/governance/timeout_hours not_applied',
      '/governance/escalation not_applied',
      '/governance/audit_access_events not_applied',
    ]);
    expect(warningsOf('governance: { audit_access_events: true }')).toEqual([]);
  });

  it('O-GOV-6: agents have what is written, or nothing', () => {
    const parsed = parseWorkflow('agents: { a: { default_permission: write }, b: { description: d } }');
    expect(parsed.ok && Object.fromEntries(parsed.workflow.agents)).toEqual({
      a: { defaultPermission: 'write', approvalRequired: false },
      b: { defaultPermission: null, approvalRequired: false },
    });
    expect(pathsOf('agents: { A: { default_permission: all, approval_required: "yes", extra: 1 } }')).toEqual(
      [
        '/agents/A bad_id',
        '/agents/A/default_permission bad_value',
        '/agents/A/approval_required wrong_type',
        '/agents/A/extra unknown_key',
      ],
    );
  });
});

describe('a workflow file', () => {
  it('tells every error at once, with line, column and remedy', () => {
    const parsed = parseWorkflow(`info: { nam: x }
agents:
  a: { default_permission: everything }
workflow:
  one:
    permissions: { policy: scopd }
    depends_on: [two]
    surprise: 1
  Two: { assign: b }
`);
    expect(parsed.ok ? [] : parsed.errors.map(({ line, code, path }) => `${line} ${path} ${code}`)).toEqual([
      '1 /info missing_key',
      '1 /info/nam unknown_key',
      '3 /agents/a/default_permission bad_value',
      '6 /workflow/one missing_key',
      '6 /workflow/one/permissions/policy bad_value',
      '7 /workflow/one/depends_on/0 unknown_phase',
      '8 /workflow/one/surprise unknown_key',
      '9 /workflow/Two bad_id',
    ]);
    expect(parsed.ok ? [] : parsed.errors.filter(({ remedy }) => remedy.length === 0)).toEqual([]);
  });

  it.each([
    ['', ' wrong_type'],
    ['[]', ' wrong_type'],
    ['openintent: "1.0"', ' missing_key'],
    ['workflow: {}', '/workflow missing_key'],
    ['governance: {}', '/governance missing_key'],
    ['agents: { a: {} }', '/agents/a missing_key'],
    ['workflow: { a: { assign: x, depends_on: [a] } }', '/workflow/a cycle'],
  ])('refuses %j', (text, error) => {
    expect(pathsOf(text)).toEqual([error]);
  });

  it('refuses phases that wait for each other, and not those that wait for them', () => {
    const text = `workflow:
  a: { assign: x, depends_on: [b] }
  b: { assign: x, depends_on: [a] }
  c: { assign: x, depends_on: [b] }
`;
    expect(pathsOf(text)).toEqual(['/workflow/a cycle', '/workflow/b cycle']);
  });

  it('takes what a workflow says beside access, and reads on', () => {
    const parsed = parseWorkflow(`openintent: "1.0"
info: { name: Review, version: "1.0", description: d }
llm: { provider: env }
types: { T: { id: string } }
workflow:
  first:
    title: First
    description: What comes first
    assign: worker
    constraints: ["be quick"]
    initial_state: { a: 1 }
    retry: { max_attempts: 3 }
    outputs: [x]
    skip_when: "false"
  second: { assign: other, depends_on: [first] }
`);
    expect(parsed).toMatchObject({
      workflow: {
        name: 'Review',
        phases: [
          { name: 'first', title: 'First', description: 'What comes first', assign: 'worker', dependsOn: [] },
          { name: 'second', title: 'second', description: null, assign: 'other', dependsOn: ['first'] },
        ],
      },
    });
  });
});
