import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type Caller, callerOf } from '../testing/caller.ts';
import { announcement, READ_FILE, registerBasics } from '../testing/registered.ts';
import { type RunningGateway, startGateway } from '../testing/running-gateway.ts';

const AT_DEFAULT = { project: 'default' };
const ALICE = { roles: [{ scope: AT_DEFAULT, role: 'developer' }] };
const PLAN = { flags: { sso: true, rbac: true } };
const TEAM = { members: [{ kind: 'agent', id: 'helper' }] };
const NOBODY = { members: [] };
const DEVELOPER = { role: 'developer', permissions: ['read', 'manage_agents'] };
const TOOL = { ...READ_FILE, required_permissions: ['manage_agents'], required_flags: ['sso'] };
const GRANTED_TO_TEAM = {
  ...{ id: 'one', principal: { kind: 'group', id: 'team' }, level: 'write', delegable: null, parent: null },
  ...{ granted_by: { kind: 'agent', id: 'maker' }, granted_at: '2026-11-21T12:00:00.000Z', expires_at: null },
};
const ARGUMENTS = { arguments: { path: 'a' } };

/** One thing after the other, each answered before the next. */
type Toggle = (gateway: RunningGateway) => Promise<void>;

const asking =
  (...steps: readonly (readonly ['PUT' | 'POST' | 'DELETE', string, object?])[]): Toggle =>
  async ({ owner }) => {
    for (const [method, path, body] of steps) {
      const { status, body: answer } = await owner(method, path, body);
      if (status >= 300) throw new Error(`${path}: ${JSON.stringify(answer)}`);
    }
  };

const switching =
  (scope: string, target?: string): Toggle =>
  async ({ owner }) => {
    const engaged = await owner('POST', '/v1/kill-switches', { scope, target, reason: 'stop' });
    expect(engaged).toMatchObject({ status: 201, body: { state: 'effective' } });
    const released = await owner('POST', `/v1/kill-switches/${engaged.body.id}/release`, { reason: 'go' });
    expect(released.status).toBe(200);
  };

const publishing =
  (...flags: readonly object[]): Toggle =>
  async ({ standIns, board }) => {
    for (const one of flags) await standIns.publishesPlan('team', { flags: { ...one } });
    await board.release();
  };

const CAUSES: readonly (readonly [string, string, Toggle])[] = [
  ['a switch on the agent', 'killed', switching('agent', 'helper')],
  ['a switch on the tool', 'killed', switching('tool', 'read-file')],
  ['a switch on the user', 'killed', switching('user', 'alice')],
  ['a switch on the organization', 'killed', switching('organization')],
  ['a switch on everything', 'killed', switching('all')],
  [
    'a disabled agent',
    'agent_disabled',
    asking(
      ['POST', '/v1/agents/helper/disable', { reason: 'odd' }],
      ['POST', '/v1/agents/helper/enable', { reason: 'not odd' }],
    ),
  ],
  [
    'another definition of the tool',
    'tool_changed',
    asking(
      ['PUT', '/v1/tools/read-file', { ...TOOL, sensitivity: 'high' }],
      ['PUT', '/v1/tools/read-file', TOOL],
    ),
  ],
  [
    'the withdrawal of the tool',
    'tool_withdrawn',
    asking(['DELETE', '/v1/tools/read-file'], ['PUT', '/v1/tools/read-file', TOOL]),
  ],
  [
    'the role of the user',
    'right_revoked',
    asking(['PUT', '/v1/users/alice', { roles: [] }], ['PUT', '/v1/users/alice', ALICE]),
  ],
  [
    'whom the agent acts for',
    'right_revoked',
    asking(
      ['PUT', '/v1/agents/helper', { owner: 'alice', acts_for: ['olga'] }],
      ['PUT', '/v1/agents/helper', { owner: 'alice', acts_for: ['alice'] }],
    ),
  ],
  [
    'what the role grants',
    'right_revoked',
    asking(
      ['PUT', '/v1/access/roles', { project: [{ ...DEVELOPER, permissions: ['read'] }] }],
      ['PUT', '/v1/access/roles', { project: [DEVELOPER] }],
    ),
  ],
  [
    'the plan of the organization',
    'right_revoked',
    asking(
      ['PUT', '/v1/organizations/default/plan', { plan: 'small' }],
      ['PUT', '/v1/organizations/default/plan', { plan: 'team' }],
    ),
  ],
  ['a flag of the plan', 'right_revoked', publishing({ rbac: true }, PLAN.flags)],
  [
    'its place on the list of the work intent',
    'right_revoked',
    asking(['PUT', '/v1/groups/team', NOBODY], ['PUT', '/v1/groups/team', TEAM]),
  ],
];

/** A gateway on which helper may call for alice, because of everything that a call can rest on; nothing ends open permits. */
async function standing(options: Parameters<typeof startGateway>[0] = {}) {
  const gateway = await startGateway(options);
  const { agent } = await registerBasics(gateway);
  await gateway.standIns.publishesPlan('team', PLAN);
  await gateway.standIns.publishesPlan('small', { flags: { rbac: true } });
  await gateway.settled();
  await asking(
    ['PUT', '/v1/organizations/default/plan', { plan: 'team' }],
    ['PUT', '/v1/users/alice', ALICE],
    ['PUT', '/v1/tools/read-file', TOOL],
    ['PUT', '/v1/groups/team', TEAM],
  )(gateway);
  await gateway.standIns.listsAccess('default', 'refund', [GRANTED_TO_TEAM]);
  await gateway.settled();
  gateway.voiding.hold();
  const announce = (more: object = {}) =>
    agent('POST', '/v1/tool-calls', announcement({ intent_id: 'refund', ...more }));
  const { body } = await gateway.owner('POST', '/v1/keys', { principal: { kind: 'service', id: 'runner' } });
  const redeemAt = ({ app }: RunningGateway, { permit }: Call) =>
    callerOf(app, body.key)('POST', '/v1/permits/redeem', permit);
  return { gateway, agent, announce, redeemAt };
}

/** A call with an open permit, and what uses it up. */
interface Call {
  readonly id: string;
  readonly permit: { readonly permit: string; readonly arguments: object };
}

async function permitted(announce: () => ReturnType<Caller>): Promise<Call> {
  const { status, body } = await announce();
  expect(status).toBe(200);
  return { id: body.id, permit: { permit: body.permit.token, ...ARGUMENTS } };
}

const VOID = { status: 410, body: { code: 'void' } };

describe('what felled an open permit and is undone before anybody has ended it', () => {
  it.each(CAUSES)('leaves it void, at every gateway: %s', async (_, reason, toggle) => {
    const { gateway, agent, announce, redeemAt } = await standing();
    const other = await startGateway({ beside: gateway });
    const calls: Call[] = [];
    for (let made = 0; made < 5; made += 1) calls.push(await permitted(announce));
    const [here, there, verified, reported, restarted] = calls as [Call, Call, Call, Call, Call];
    await toggle(gateway);
    expect(await redeemAt(gateway, here)).toMatchObject(VOID);
    expect(await redeemAt(other, there)).toMatchObject(VOID);
    expect(await agent('POST', '/v1/permits/verify', verified.permit)).toMatchObject(VOID);
    const outcome = { permit: reported.permit.permit, success: true };
    expect(await agent('POST', `/v1/tool-calls/${reported.id}/outcome`, outcome)).toMatchObject({
      status: 403,
      body: { unauthorized: true, call_status: 'blocked' },
    });
    const later = await startGateway({ beside: gateway });
    expect(await redeemAt(later, restarted)).toMatchObject(VOID);
    for (const { id } of calls) {
      const ends = await gateway.store.read(`toolcall-${id}`, { visibility: 'accepted' });
      expect(ends.filter(({ type }) => type === 'safety-blocked.v1')).toMatchObject([{ data: { reason } }]);
      expect(ends.some(({ type }) => type === 'permit-redeemed.v1')).toBe(false);
    }
    expect(await redeemAt(gateway, await permitted(announce))).toMatchObject({ status: 200 });
  });
});

/** The agent is disabled and enabled, by another gateway. */
function toggleAgent({ store, clock }: RunningGateway): void {
  const events = (['agent-disabled.v1', 'agent-enabled.v1'] as const).map((type) => ({
    type,
    data: { agent_id: 'helper', by: { kind: 'user', id: 'owner' } },
    metadata: { id: randomUUID(), time: new Date(clock.nowMs()).toISOString(), organization: 'default' },
  }));
  store.append('agent-default:helper', 1, events);
}

/** The same in front of the first event of a type that the gateway appends once this is armed. */
function togglingBefore(type: string) {
  let armed: RunningGateway | null = null;
  const before = (appended: string) => {
    if (appended === type && armed) toggleAgent(armed);
    if (appended === type) armed = null;
  };
  return { before, arm: (gateway: RunningGateway) => (armed = gateway) };
}

describe('what felled a call after it was judged', () => {
  it('and in front of its permit ends it, though all is back as it was', async () => {
    const { before, arm } = togglingBefore('tool-authorized.v1');
    const { gateway, announce } = await standing({ before });
    arm(gateway);
    expect(await announce()).toMatchObject({
      status: 403,
      body: { code: 'denied', reasons: [{ code: 'agent_disabled' }] },
    });
  });

  it('and in front of a permit that is used up with it is told to who would execute', async () => {
    const { before, arm } = togglingBefore('tool-authorized.v1');
    const { gateway, announce } = await standing({ before });
    arm(gateway);
    const key = { 'idempotency-key': 'the-same' };
    const body = announcement({ intent_id: 'refund', redeem: true });
    const tell = () => gateway.owner('POST', '/v1/tool-calls', body, key);
    expect(await tell()).toMatchObject(VOID);
    expect(await tell()).toMatchObject(VOID);
    expect(await announce({ redeem: true })).toMatchObject({ status: 200 });
  });

  it('and in front of its redemption is told to who would execute', async () => {
    const { before, arm } = togglingBefore('permit-redeemed.v1');
    const { gateway, announce, redeemAt } = await standing({ before });
    const call = await permitted(announce);
    arm(gateway);
    expect(await redeemAt(gateway, call)).toMatchObject(VOID);
    expect(await redeemAt(gateway, await permitted(announce))).toMatchObject({ status: 200 });
  });

  it('and before the gateway came to it ends it', async () => {
    const { gateway, announce } = await standing({ judge: () => null });
    const written = gateway.happens('tool-requested.v2');
    const answer = announce();
    await written;
    const [call] = (await gateway.owner('GET', '/v1/tool-calls?status=evaluating')).body.items;
    await gateway.standIns.evaluates(call.id, { verdict: 'allow' });
    gateway.board.hold();
    await gateway.standIns.reserves(call.id);
    toggleAgent(gateway);
    await gateway.board.release();
    expect(await answer).toMatchObject({ status: 403, body: { reasons: [{ code: 'agent_disabled' }] } });
    expect(await gateway.types(`toolcall-${call.id}`)).not.toContain('tool-authorized.v1');
  });
});

it('what felled a call that people are asked about ends it, though it was undone before they answered', async () => {
  const { gateway, announce } = await standing({ judge: () => 'require_approval' });
  const asked = gateway.happens('stand-in:agent.approval.requested');
  const answer = announce({ wait_ms: 30_000 });
  await asked;
  const [call] = (await gateway.owner('GET', '/v1/tool-calls')).body.items;
  toggleAgent(gateway);
  await gateway.standIns.answers(call.id, 'granted');
  await gateway.standIns.evaluates(call.id, { phase: 'release', verdict: 'allow' });
  await gateway.standIns.reserves(call.id);
  expect(await answer).toMatchObject({ status: 403, body: { reasons: [{ code: 'agent_disabled' }] } });
});

describe('an open permit stands', () => {
  it.each<[string, Toggle]>([
    [
      'a drill',
      asking(['POST', '/v1/kill-switches', { scope: 'organization', reason: 'a drill', drill: true }]),
    ],
    [
      'a switch on another agent',
      asking(
        ['PUT', '/v1/agents/other', { owner: 'alice' }],
        ['POST', '/v1/kill-switches', { scope: 'agent', target: 'other', reason: 'stop' }],
      ),
    ],
    [
      'what happens to others',
      asking(
        ['PUT', '/v1/agents/other', { owner: 'alice' }],
        ['POST', '/v1/agents/other/disable', { reason: 'odd' }],
        ['PUT', '/v1/users/olga', { roles: [] }],
        ['PUT', '/v1/tools/other', READ_FILE],
      ),
    ],
    ['the same said again', asking(['PUT', '/v1/tools/read-file', TOOL], ['PUT', '/v1/users/alice', ALICE])],
    ['a wider right', asking(['PUT', '/v1/agents/helper', { owner: 'alice', acts_for: 'any' }])],
  ])('after %s', async (_, happens) => {
    const { gateway, announce, redeemAt } = await standing();
    const call = await permitted(announce);
    await happens(gateway);
    expect(await redeemAt(gateway, call)).toMatchObject({ status: 200, body: { redeemed: true } });
  });

  it('after what was undone before it was given', async () => {
    const { gateway, announce, redeemAt } = await standing();
    for (const [, , toggle] of CAUSES.slice(0, 9)) await toggle(gateway);
    expect(await redeemAt(gateway, await permitted(announce))).toMatchObject({ status: 200 });
    expect(await announce({ redeem: true })).toMatchObject({ status: 200 });
  });
});
