import { describe, expect, it } from 'vitest';
import type { RouteDefinition } from './route.ts';
import { type OperationId, routes } from './routes.ts';

const digest = 'T6klg06CIqm-wIct1SsQ0kkJOMdn__vy6wLIGLe6caE';

const intentId = '019a5b0e-7c1a-7d3e-9f00-2b6c1d4e8a11';
const entry = {
  principal_id: 'helper',
  principal_type: 'agent',
  permission: 'read',
  reason: 'helps',
  expires_at: '2026-11-21T08:48:39.230000+00:00',
  delegate: { max_depth: 1, to: ['checker'], permission: 'read' },
};
const patches = { body: { patches: [{ op: 'set', path: 'a/b', value: null }] }, required: 'patches' };
const status = { body: { status: 'active', reason: 'Go' }, required: 'status' };
const grant = { body: entry, required: 'principal_id' };
const list = {
  body: { default_policy: 'closed', default_permission: 'read', entries: [{ ...entry, granted_by: 'x' }] },
  required: 'default_policy',
};
const delegation = {
  body: {
    agent_id: 'helper',
    permission: 'read',
    payload: { do: 'it' },
    reason: 'helps',
    expires_at: '2026-11-21T08:48:39',
    max_depth: 0,
  },
  required: 'agent_id',
};

/** A whole body for every route that takes one; the fields in `required` cannot be left out. */
const bodies: { readonly [Id in OperationId]?: { readonly body: object; readonly required: string } } = {
  createWorkIntent: {
    body: {
      title: 'Interop',
      description: 'd',
      constraints: { rules: ['r'] },
      state: { progress: 0 },
      namespace: 'finance',
      parent_intent_id: intentId,
      inherit_access: true,
      depends_on: [intentId],
      governance_policy: null,
      created_by: 'agent-owner',
    },
    required: 'title',
  },
  updateWorkIntentState: patches,
  patchWorkIntentState: patches,
  setWorkIntentStatus: status,
  patchWorkIntentStatus: status,
  putWorkIntentContextRule: { body: { context: { inject: ['deadline'] } }, required: 'context' },
  logWorkIntentEvent: {
    body: {
      event_type: 'comment',
      actor: 'agent-owner',
      payload: { note: 'hello' },
      trace_id: 't',
      parent_event_id: 'p',
    },
    required: 'event_type',
  },
  putIntentAcl: list,
  grantIntentAccess: grant,
  delegateIntent: delegation,
  createNamespace: { body: { namespace: 'finance', description: 'd' }, required: 'namespace' },
  putNamespaceAcl: list,
  grantNamespaceAccess: grant,
  delegateNamespace: delegation,
  announceToolCall: {
    body: {
      agent_id: 'cleaner',
      tool_name: 'delete_file',
      arguments: { path: '/a', deep: [{ x: null }] },
      reason: 'It is not needed any more',
      user_id: 'alice',
      reasoning: 'The archive has it',
      confidence: 0.8,
      session_id: 's-1',
      intent_id: 'i-1',
      cost_micros: 10,
      environment: 'production',
      redeem: true,
      wait_ms: 30_000,
    },
    required: 'agent_id tool_name arguments reason',
  },
  reportOutcome: {
    body: {
      permit: 'csp_x.y',
      success: true,
      result: [1],
      error: '',
      latency_ms: 5,
      executed: true,
      usage: {
        cost_micros: 1,
        retrieval_precision: 0.5,
        task_completed: false,
        counters: { evaluations_run: 2 },
      },
    },
    required: 'permit success',
  },
  putLegalHold: { body: { subject: 'alice', reason: 'Case 17' }, required: 'reason' },
  reportUsage: {
    body: { key: 'evaluations_run', amount: -3, refund_of: 'run-17' },
    required: 'key amount refund_of',
  },
  checkEntitlement: {
    body: { key: 'users', amount: 2, user: 'alice', project: 'p' },
    required: 'key',
  },
  verifyPermit: { body: { permit: 'csp_x.y', arguments: {} }, required: 'permit arguments' },
  redeemPermit: { body: { permit: 'csp_x.y', arguments: {} }, required: 'permit arguments' },
  decideApproval: {
    body: { decision: 'approve', reason: 'Checked', arguments_digest: digest },
    required: 'decision reason arguments_digest',
  },
  engageKillSwitch: {
    body: {
      scope: 'agent',
      target: 'cleaner',
      reason: 'Stop',
      expires_at: '2026-12-01T00:00:00Z',
      drill: false,
    },
    required: 'scope target reason',
  },
  releaseKillSwitch: { body: { reason: 'Fixed' }, required: 'reason' },
  putAgent: {
    body: {
      display_name: 'Cleaner',
      project: 'p',
      owner: 'alice',
      acts_for: ['alice'],
      session_scope: 'reports',
    },
    required: '',
  },
  disableAgent: { body: { reason: 'Retired' }, required: 'reason' },
  enableAgent: { body: { reason: 'Needed' }, required: 'reason' },
  putTool: {
    body: {
      description: 'Delete one file',
      input_schema: { type: 'object' },
      action: 'delete',
      required_permissions: ['file:delete'],
      required_flags: ['sso', 'access'],
      resource: '/path',
      destructive: true,
      requires_approval: false,
      sensitivity: 'high',
      environment_from: 'args.env',
      cost_from: 'args.n * 10',
      timeout_ms: 1_000,
    },
    required: 'description input_schema action',
  },
  putUser: {
    body: {
      display_name: 'Alice',
      roles: [{ scope: { project: 'p' }, role: 'developer' }],
      approval_level: 'always',
      trust_score: 1_000,
    },
    required: 'roles',
  },
  createKey: {
    body: {
      principal: { kind: 'agent', id: 'cleaner' },
      name: 'laptop',
      expires_at: '2026-12-01T00:00:00.5Z',
    },
    required: 'principal',
  },
  addSigningKey: {
    body: { public_key: { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' } },
    required: 'public_key',
  },
  requestIntentAccess: {
    body: {
      principal_id: 'analyst',
      principal_type: 'agent',
      requested_permission: 'write',
      reason: 'I can help',
      capabilities: ['research'],
    },
    required: 'requested_permission',
  },
  approveIntentAccessRequest: {
    body: {
      decided_by: 'olga',
      permission: 'read',
      expires_at: '2026-12-01T00:00:00+00:00',
      reason: 'for a week',
    },
    required: '',
  },
  revokeIntentAccess: { body: { reason: 'has left' }, required: '' },
  revokeNamespaceAccess: { body: { reason: 'has left' }, required: '' },
  denyIntentAccessRequest: { body: { decided_by: 'olga', reason: 'no' }, required: '' },
  putIntentAccessReview: {
    body: { on_request: 'defer', approvers: ['user:olga', 'security-team'], timeout_hours: 4 },
    required: 'on_request approvers timeout_hours',
  },
  requestNamespaceAccess: {
    body: {
      principal_id: 'analyst',
      principal_type: 'agent',
      requested_permission: 'write',
      reason: 'I can help',
      capabilities: ['research'],
    },
    required: 'requested_permission',
  },
  approveNamespaceAccessRequest: {
    body: {
      decided_by: 'olga',
      permission: 'read',
      expires_at: '2026-12-01T00:00:00+00:00',
      reason: 'for a week',
    },
    required: '',
  },
  denyNamespaceAccessRequest: { body: { decided_by: 'olga', reason: 'no' }, required: '' },
  putNamespaceAccessReview: {
    body: { on_request: 'defer', approvers: ['user:olga', 'security-team'], timeout_hours: 4 },
    required: 'on_request approvers timeout_hours',
  },
  putAccessHandler: { body: { url: 'https://gatekeeper.example.com/', timeout_ms: 1_000 }, required: 'url' },
  putAgentAccess: {
    body: { default_permission: 'read', approval_required: true },
    required: 'default_permission approval_required',
  },
  createInvitation: {
    body: {
      user: 'alice',
      handle: 'alice@example.org',
      roles: [{ scope: { organization: 'default' }, role: 'viewer' }],
      expires_in_ms: 60_000,
    },
    required: 'user roles',
  },
  acceptInvitation: { body: { key_name: 'laptop' }, required: '' },
  rotateKey: {
    body: { overlap_ms: 60_000, name: 'ci', expires_at: '2026-12-01T00:00:00Z' },
    required: '',
  },
  putWorkspace: { body: {}, required: '' },
  putProject: { body: { workspace: 'research' }, required: '' },
  putGroup: { body: { members: [{ kind: 'user', id: 'alice' }] }, required: 'members' },
  createOrganization: {
    body: { id: 'acme', plan: 'team', zone: 'America/Argentina/Buenos_Aires', anchor_day: 31 },
    required: 'id',
  },
  setOrganizationPlan: { body: { plan: 'team' }, required: 'plan' },
  putPlan: {
    body: {
      description: 'A team',
      flags: { rbac: true },
      counters: {
        tool_calls: { limit: 1_000, scope: 'organization', period: 'monthly', strict: true },
        tool_cost: [{ limit: 5, free: 5, scope: 'user', period: 'daily' }, { limit: null }],
      },
      gauges: { users: { limit: 50, strict: true } },
      throttles: [
        {
          categories: ['tool_calls'],
          mode: 'include',
          bucket: { capacity: 10, rate: 60, algorithm: 'gcra' },
        },
        { endpoints: [['post', '/v1/tool-calls']], mode: 'exclude', bucket: null },
      ],
    },
    required: '',
  },
  putRoles: {
    body: {
      organization: [{ role: 'auditor', permissions: [] }],
      project: [{ role: 'reviewer', description: 'Inspects.', permissions: ['read', '*'] }],
    },
    required: '',
  },
  putPolicy: { body: { policy: 'policy: x', tests: 'tests: []' }, required: 'policy tests' },
  activatePolicy: {
    body: { version: 1, mode: 'shadow', scope: { workspace: 'w' }, floor: true },
    required: 'version mode',
  },
  deactivatePolicy: { body: { scope: {} }, required: '' },
  testPolicy: { body: { policy: 'policy: x', tests: 'tests: []' }, required: '' },
};

const withBody = Object.values(routes as Readonly<Record<string, RouteDefinition>>).filter(
  ({ body }) => body,
);

it('there is an example for every route that takes a body', () => {
  expect(Object.keys(bodies).sort()).toEqual(withBody.map(({ operationId }) => operationId).sort());
});

describe.each(withBody)('the body of $operationId', ({ operationId, body: schema }) => {
  const { body = {}, required = '' } = bodies[operationId as OperationId] ?? {};
  const takes = (value: unknown): boolean => schema?.safeParse(value).success ?? false;

  it('is taken whole', () => expect(schema?.safeParse(body).error).toBeUndefined());

  it('is refused with an unknown field', () => expect(takes({ ...body, unknown_field: 1 })).toBe(false));

  it('is refused without a field that it must have, and only then', () => {
    const names = required.split(' ').filter(Boolean);
    const needed = Object.keys(body).filter((name) => !takes(without(body, name)));
    expect(needed).toEqual(names);
  });

  it.each(Object.keys(body))('is refused with a %s of the wrong kind', (name) => {
    const wrong: readonly unknown[] = [null, 1.5, -1, 'Ä'.repeat(200_000), ['Ä'], { Ä: 1 }];
    const taken = wrong.filter((value) => takes({ ...body, [name]: value }));
    // Arguments, schemas and results are JSON of arbitrary content; `null` there is a result too.
    const [object, nothing] = [[{ Ä: 1 }], [null]];
    const allowed =
      {
        result: wrong,
        arguments: object,
        input_schema: object,
        state: object,
        constraints: object,
        payload: object,
        max_depth: nothing,
        default_permission: operationId === 'putAgentAccess' ? nothing : [],
        capabilities: [['Ä']],
        governance_policy: nothing,
      }[name] ?? [];
    // What was used is taken back by a negative amount.
    const refund = operationId === 'reportUsage' && name === 'amount' ? [-1] : allowed;
    expect(taken).toEqual(refund);
  });

  it('is refused when it is no object', () => {
    for (const value of [null, [], 'text', 1, true, undefined]) expect(takes(value)).toBe(false);
  });
});

function without(body: object, name: string): object {
  return Object.fromEntries(Object.entries(body).filter(([field]) => field !== name));
}
