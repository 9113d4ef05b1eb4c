import * as contract from '@countersign/contracts';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { refusal } from './guard/not-executed.ts';
import { readAnswer } from './http/read-answer.ts';
import * as sdk from './index.ts';

const reason = { reason: 'because' };
const digest = 'd'.repeat(43);
const id = '019a5b0e-7c1a-7d3e-9f00-2b6c1d4e8a11';
const permit = { permit: 'csp_x', arguments: { path: '/tmp/a' } };
const review = { on_request: 'defer', approvers: ['user:olga'], timeout_hours: 4 } as const;
const policy = { policy: 'rules: []', tests: 'tests: []' };
const page = { limit: 10, after: '7' };

/** Every operation of the client, with everything that it can send. */
const operations: Readonly<Record<string, (client: sdk.Client) => Promise<unknown>>> = {
  announceToolCall: ({ toolCalls }) =>
    toolCalls.announce({
      agent_id: 'bot',
      tool_name: 'read',
      arguments: { path: '/tmp/a' },
      reason: 'to look',
      user_id: 'alice',
      reasoning: 'r',
      confidence: 0.5,
      session_id: 's',
      intent_id: 'i',
      cost_micros: 1,
      environment: 'production',
      redeem: true,
      wait_ms: 100,
    }),
  getToolCall: ({ toolCalls }) => toolCalls.get(id, { waitMs: 50, after: '7' }),
  listToolCalls: ({ toolCalls }) => toolCalls.list({ ...page, status: 'redeemed', agent_id: 'bot' }),
  getToolCallTimeline: ({ toolCalls }) => toolCalls.timeline(id),
  reportOutcome: ({ toolCalls }) =>
    toolCalls.reportOutcome(id, {
      permit: 'csp_x',
      success: true,
      result: [1, null],
      error: 'e',
      latency_ms: 1,
      executed: true,
      usage: { cost_micros: 1, input_tokens: 2, task_completed: true, retrieval_precision: 0.5 },
    }),
  verifyPermit: ({ permits }) => permits.verify(permit),
  redeemPermit: ({ permits }) => permits.redeem(permit),
  listApprovals: ({ approvals }) => approvals.list({ ...page, state: 'waiting' }),
  getApproval: ({ approvals }) => approvals.get(id),
  decideApproval: ({ approvals }) =>
    approvals.decide(id, { decision: 'approve', ...reason, arguments_digest: digest }),
  getAccessControls: ({ controls }) => controls.get({ at: '7' }),
  getRoles: ({ controls }) => controls.roles(),
  putRoles: ({ controls }) => controls.putRoles({ project: [{ role: 'reviewer', permissions: ['read'] }] }),
  createWorkIntent: ({ access }) =>
    access.createIntent(
      { title: 't', description: 'd', state: { a: 1 }, namespace: 'n', depends_on: [id] },
      { idempotencyKey: 'k' },
    ),
  getIntentAcl: ({ access }) => access.getList({ intent: id }),
  putIntentAcl: ({ access }) =>
    access.putList(
      { intent: id },
      {
        default_policy: 'open',
        default_permission: 'read',
        entries: [
          {
            ...{ principal_id: 'bot', principal_type: 'agent', permission: 'write', ...reason },
            ...{
              expires_at: '2026-12-01T00:00:00Z',
              delegate: { max_depth: 1, to: ['bot'], permission: 'read' },
            },
          },
        ],
      },
    ),
  grantIntentAccess: ({ access }) =>
    access.grant({ intent: id }, { principal_id: 'bot', principal_type: 'agent', permission: 'read' }),
  getNamespaceAcl: ({ access }) => access.getList({ namespace: 'n' }),
  getWorkIntentContextRule: ({ access }) => access.getContextRule(id),
  putWorkIntentContextRule: ({ access }) => access.putContextRule(id, { context: { inject: ['a'] } }),
  getIntentAccessReview: ({ access }) => access.getReview({ intent: id }),
  putIntentAccessReview: ({ access }) => access.putReview({ intent: id }, review),
  getNamespaceAccessReview: ({ access }) => access.getReview({ namespace: 'n' }),
  putNamespaceAccessReview: ({ access }) => access.putReview({ namespace: 'n' }, review),
  requestIntentAccess: ({ access }) =>
    access.request({ intent: id }, { requested_permission: 'write', ...reason, capabilities: ['c'] }),
  requestNamespaceAccess: ({ access }) =>
    access.request({ namespace: 'n' }, { requested_permission: 'read' }),
  approveIntentAccessRequest: ({ access }) =>
    access.approve(
      { id, intent_id: id },
      { permission: 'read', expires_at: '2026-12-01T00:00:00Z', ...reason },
    ),
  approveNamespaceAccessRequest: ({ access }) => access.approve({ id, namespace: 'n' }),
  denyIntentAccessRequest: ({ access }) => access.deny({ id, intent_id: id }, reason),
  denyNamespaceAccessRequest: ({ access }) => access.deny({ id, namespace: 'n' }),
  listAccessRequests: ({ access }) => access.requests({ ...page, status: 'pending' }),
  putAccessHandler: ({ access }) => access.putHandler('h', { url: 'https://example.com/', timeout_ms: 100 }),
  listAccessHandlers: ({ access }) => access.handlers(page),
  removeAccessHandler: ({ access }) => access.removeHandler('h'),
  putAgentAccess: ({ agents }) =>
    agents.putAccess('bot', { default_permission: 'read', approval_required: true }),
  engageKillSwitch: ({ killSwitches }) =>
    killSwitches.engage({
      scope: 'agent',
      target: 'bot',
      ...reason,
      expires_at: '2026-12-01T00:00:00Z',
      drill: true,
    }),
  listKillSwitches: ({ killSwitches }) => killSwitches.list({ ...page, state: 'effective' }),
  getKillSwitch: ({ killSwitches }) => killSwitches.get(id),
  releaseKillSwitch: ({ killSwitches }) => killSwitches.release(id, reason),
  listAgents: ({ agents }) => agents.list(page),
  putAgent: ({ agents }) =>
    agents.put('bot', {
      display_name: 'Bot',
      project: 'default',
      owner: 'alice',
      acts_for: ['bob'],
      session_scope: 's',
    }),
  getAgent: ({ agents }) => agents.get('bot'),
  disableAgent: ({ agents }) => agents.disable('bot', reason),
  enableAgent: ({ agents }) => agents.enable('bot', reason),
  addSigningKey: ({ agents }) =>
    agents.addSigningKey('bot', { public_key: { kty: 'OKP', crv: 'Ed25519', x: `${'x'.repeat(42)}A` } }),
  listSigningKeys: ({ agents }) => agents.signingKeys('bot', page),
  revokeSigningKey: ({ agents }) => agents.revokeSigningKey('bot', digest),
  listTools: ({ tools }) => tools.list(page),
  putTool: ({ tools }) =>
    tools.put('read', {
      description: 'Reads',
      input_schema: { type: 'object' },
      action: 'read',
      required_permissions: ['file:read'],
      required_flags: ['sso'],
      resource: '/path',
      destructive: false,
      requires_approval: false,
      sensitivity: 'high',
      environment_from: 'args.env',
      cost_from: 'args.size',
      timeout_ms: 5,
    }),
  getTool: ({ tools }) => tools.get('read'),
  withdrawTool: ({ tools }) => tools.withdraw('read'),
  listUsers: ({ users }) => users.list(page),
  putUser: ({ users }) =>
    users.put('alice', {
      display_name: 'Alice',
      roles: [{ scope: { organization: 'default' }, role: 'operator' }],
      approval_level: 'always',
      trust_score: 900,
    }),
  getUser: ({ users }) => users.get('alice'),
  removeUser: ({ users }) => users.remove('alice'),
  listGroups: ({ groups }) => groups.list(page),
  putGroup: ({ groups }) => groups.put('finance', { members: [{ kind: 'user', id: 'alice' }] }),
  getGroup: ({ groups }) => groups.get('finance'),
  removeGroup: ({ groups }) => groups.remove('finance'),
  createInvitation: ({ invitations }) =>
    invitations.create({
      user: 'alice',
      handle: 'alice@example.org',
      roles: [{ scope: { organization: 'default' }, role: 'viewer' }],
      expires_in_ms: 60_000,
    }),
  listInvitations: ({ invitations }) => invitations.list({ ...page, state: 'pending' }),
  getInvitation: ({ invitations }) => invitations.get(id),
  revokeInvitation: ({ invitations }) => invitations.revoke(id),
  acceptInvitation: ({ invitations }) => invitations.accept(id, { key_name: 'laptop' }),
  createKey: ({ keys }) =>
    keys.create({ principal: { kind: 'agent', id: 'bot' }, name: 'n', expires_at: '2027-01-01T00:00:00Z' }),
  listKeys: ({ keys }) => keys.list(page),
  rotateKey: ({ keys }) => keys.rotate(id, { overlap_ms: 5, name: 'n', expires_at: '2027-01-01T00:00:00Z' }),
  revokeKey: ({ keys }) => keys.revoke(id),
  createOrganization: ({ organizations }) =>
    organizations.create({ id: 'acme', plan: 'team', zone: 'Europe/Berlin', anchor_day: 15 }),
  listOrganizations: ({ organizations }) => organizations.list(page),
  setOrganizationPlan: ({ organizations }) => organizations.setPlan('acme', { plan: 'team' }),
  listWorkspaces: ({ workspaces }) => workspaces.list(page),
  putWorkspace: ({ workspaces }) => workspaces.put('research'),
  getWorkspace: ({ workspaces }) => workspaces.get('research'),
  listProjects: ({ projects }) => projects.list({ ...page, workspace: 'research' }),
  putProject: ({ projects }) => projects.put('apollo', { workspace: 'research' }),
  getProject: ({ projects }) => projects.get('apollo'),
  listPlans: ({ plans }) => plans.list(page),
  putPlan: ({ plans }) =>
    plans.put('team', {
      description: 'Team',
      counters: { tool_calls: { limit: 10, scope: 'organization', period: 'monthly', strict: true } },
      throttles: [
        { mode: 'include', categories: ['tool_calls'], bucket: { capacity: 1, rate: 60, algorithm: 'gcra' } },
      ],
    }),
  getPlan: ({ plans }) => plans.get('team'),
  listMeters: ({ meters }) => meters.list({ ...page, scope: 'user:alice', rollup: true }),
  reportUsage: ({ usage }) => usage.report({ key: 'evaluations_run', amount: -2, refund_of: 'run-17' }),
  checkEntitlement: ({ usage }) => usage.check({ key: 'users', amount: 1, project: 'web' }),
  flushTraces: ({ retention }) => retention.flush('traces'),
  flushEvents: ({ retention }) => retention.flush('events'),
  listLegalHolds: ({ retention }) => retention.holds(page),
  putLegalHold: ({ retention }) => retention.hold('case-17', { subject: 'alice', reason: 'Case 17' }),
  liftLegalHold: ({ retention }) => retention.lift('case-17'),
  listPolicies: ({ policies }) => policies.list(page),
  putPolicy: ({ policies }) => policies.put('base', policy),
  getPolicy: ({ policies }) => policies.get('base'),
  listPolicyVersions: ({ policies }) => policies.versions('base', page),
  activatePolicy: ({ policies }) =>
    policies.activate('base', { version: 1, mode: 'shadow', scope: { project: 'p' }, floor: true }),
  deactivatePolicy: ({ policies }) => policies.deactivate('base', { scope: { organization: 'acme' } }),
  testPolicy: ({ policies }) => policies.test('base', policy),
  listEvents: ({ events }) =>
    events.list({ ...page, types: ['agent.tool.called', 'tool.declared'], subject: 'toolcall-1' }),
  streamEvents: async ({ events }) => {
    for await (const event of events.stream({ after: '7', types: ['agent.tool.called'] })) return event;
  },
  listDeadLetters: ({ deadLetters }) => deadLetters.list({ ...page, topic: 'agent.tool' }),
  getDeadLetter: ({ deadLetters }) => deadLetters.get(id),
  retryDeadLetter: ({ deadLetters }) => deadLetters.retry(id),
  listParked: ({ parked }) => parked.list({ ...page, processor: 'calls' }),
  getParked: ({ parked }) => parked.get(id),
  retryParked: ({ parked }) => parked.retry(id),
  getHealth: ({ health }) => health.live(),
  getReadiness: ({ health }) => health.ready(),
};

/** Documents, for people and generators rather than for this client. */
const DOCUMENTS = [
  'getEventSchema',
  'getMetrics',
  'getOpenApi',
  'getAsyncApi',
  'getDocs',
  'discoverOpenIntent',
];

/** Paths that another product's operators know: here they have others, which the client uses. */
const ALIASES = ['flushSpansOfAgenta', 'flushEventsOfAgenta'];

async function requestOf(operation: (client: sdk.Client) => Promise<unknown>): Promise<Request> {
  let sent: Request | undefined;
  const fetch: typeof globalThis.fetch = async (input, init) => {
    sent = new Request(input, init);
    return Response.json({}, { status: 400 });
  };
  await operation(sdk.connect({ url: 'http://fake/base', key: 'cs_key', fetch })).catch(() => {});
  if (sent === undefined) throw new Error('it sent nothing');
  return sent;
}

/** A value as the schema reads it, or what the schema says against it. */
function problemsWith(
  schema: { safeParse(value: unknown): { error?: unknown } } | undefined,
  value: unknown,
): unknown {
  if (schema === undefined) return value === undefined ? undefined : 'nothing may be sent';
  return schema.safeParse(value).error;
}

describe('the client and the contract', () => {
  const routes: Readonly<Record<string, contract.RouteDefinition>> = contract.routes;

  it('have the same operations', () => {
    // OpenIntent's users have clients of its own; of its paths this one knows what access control takes.
    const ours = Object.keys(routes).filter((name) => !routes[name]?.surface || operations[name]);
    expect([...Object.keys(operations), ...DOCUMENTS, ...ALIASES].sort()).toEqual(ours.sort());
  });

  it.each(Object.entries(operations))('agree on the request of %s', async (name, operation) => {
    const route = routes[name]!;
    const request = await requestOf(operation);
    const { pathname, searchParams } = new URL(request.url);
    const pattern = route.path.replaceAll(/\{\w+\}/g, '[^/]+');
    expect(request.method).toBe(route.method);
    expect(pathname).toMatch(new RegExp(`^/base${pattern}$`));
    const query = Object.fromEntries(searchParams);
    expect(
      problemsWith(route.query, searchParams.size === 0 && !route.query ? undefined : query),
    ).toBeUndefined();
    const text = await request.text();
    expect(problemsWith(route.body, text === '' ? undefined : JSON.parse(text))).toBeUndefined();
    expect(problemsWith(route.headers, route.headers && Object.fromEntries(request.headers))).toBeUndefined();
  });

  it('agree on every problem that can end a guarded call', () => {
    const { announceToolCall, redeemPermit } = contract.routes;
    const codes = new Set([announceToolCall, redeemPermit].flatMap(contract.problemsOf));
    const verdicts = [...codes].map((code) => {
      const status = contract.problemStatus(code);
      const body = JSON.stringify(contract.problem(code, 'why'));
      const answer = readAnswer(new Response(body, { status }), body, (text) => text);
      return answer.ok ? [code, 'ok'] : [code, refusal('k', answer.problem, answer.transient, null).verdict];
    });
    expect(Object.fromEntries(verdicts)).toEqual({
      malformed_json: 'rejected',
      invalid_request: 'rejected',
      not_found: 'rejected',
      unauthenticated: 'rejected',
      forbidden: 'rejected',
      denied: 'denied',
      user_not_delegated: 'denied',
      permit_invalid: 'denied',
      idempotency_conflict: 'rejected',
      digest_mismatch: 'denied',
      permit_redeemed: 'rejected', // Read by redeemPermit before; here it could only be a mistake.
      expired: 'denied',
      void: 'denied',
      too_large: 'rejected',
      unsupported_media_type: 'rejected',
      arguments_invalid: 'denied',
      over_quota: 'over_quota',
      throttled: 'throttled',
      undecided: 'undecided',
      unavailable: 'unavailable',
      overloaded: 'unavailable',
    });
  });

  it('agree on what is answered (checked by the compiler)', () => {
    expectTypeOf<contract.ToolCallAllowed>().toExtend<sdk.ToolCallAllowed>();
    expectTypeOf<contract.ToolCallAwaiting>().toExtend<sdk.ToolCallAwaiting>();
    expectTypeOf<contract.ToolCall>().toExtend<sdk.ToolCall>();
    expectTypeOf<contract.Outcome>().toExtend<sdk.Outcome>();
    expectTypeOf<contract.PermitValid>().toExtend<sdk.PermitValid>();
    expectTypeOf<contract.Approval>().toExtend<sdk.Approval>();
    expectTypeOf<contract.ApprovalDecisionAnswer>().toExtend<sdk.ApprovalDecisionAnswer>();
    expectTypeOf<contract.KillSwitch>().toExtend<sdk.KillSwitch>();
    expectTypeOf<contract.Agent>().toExtend<sdk.Agent>();
    expectTypeOf<contract.AccessRequest>().toExtend<sdk.AccessRequest>();
    expectTypeOf<contract.AccessReview>().toExtend<sdk.AccessReview>();
    expectTypeOf<contract.AccessHandlerWithSecret>().toExtend<sdk.AccessHandler>();
    expectTypeOf<contract.AccessControlsView>().toExtend<sdk.AccessControls>();
    expectTypeOf<contract.RoleCatalogView>().toExtend<sdk.Roles>();
    expectTypeOf<contract.Tool>().toExtend<sdk.Tool>();
    expectTypeOf<contract.User>().toExtend<sdk.User>();
    expectTypeOf<contract.KeyCreated>().toExtend<sdk.KeyCreated>();
    expectTypeOf<contract.Organization>().toExtend<sdk.Organization>();
    expectTypeOf<contract.PlanView>().toExtend<sdk.Plan>();
    expectTypeOf<contract.Meter>().toExtend<sdk.Meter>();
    expectTypeOf<contract.PolicyView>().toExtend<sdk.Policy>();
    expectTypeOf<contract.PolicyVersionView>().toExtend<sdk.PolicyVersion>();
    expectTypeOf<contract.PolicyTestAnswer>().toExtend<sdk.PolicyTestAnswer>();
    expectTypeOf<contract.DeadLetter>().toExtend<sdk.DeadLetter>();
    expectTypeOf<contract.DeadLetterRecord>().toExtend<sdk.DeadLetterRecord>();
    expectTypeOf<contract.Parked>().toExtend<sdk.Parked>();
    expectTypeOf<contract.Readiness>().toExtend<sdk.Readiness>();
    expectTypeOf<contract.CloudEvent>().toExtend<sdk.CloudEvent>();
    expectTypeOf<contract.Obligations>().toExtend<sdk.Obligations>();
  });

  it('have no names that the other side does not know (checked by the compiler)', () => {
    expectTypeOf<sdk.CallStatus>().toExtend<contract.CallStatus>();
    expectTypeOf<sdk.ApprovalState>().toExtend<contract.ApprovalState>();
    expectTypeOf<sdk.KillScope>().toExtend<contract.KillScope>();
    expectTypeOf<keyof sdk.Usage>().toExtend<keyof contract.Usage>();
    expectTypeOf<keyof sdk.Obligations>().toExtend<keyof contract.Obligations>();
    expectTypeOf<keyof sdk.ToolCall>().toExtend<keyof contract.ToolCall>();
    expectTypeOf<keyof sdk.Outcome>().toExtend<keyof contract.Outcome>();
    expectTypeOf<keyof sdk.Approval>().toExtend<keyof contract.Approval>();
    expectTypeOf<keyof sdk.Tool>().toExtend<keyof contract.Tool>();
    expectTypeOf<keyof sdk.CloudEvent>().toExtend<keyof contract.CloudEvent>();
  });
});
