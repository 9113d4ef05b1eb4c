import type { PublicEventType } from '@countersign/contracts';
import type { Fall } from '@countersign/directory';
import type { JsonObject } from '@countersign/event-sourcing';
import type { Message } from '@countersign/message-bus';
import { DONE } from '@countersign/processing';
import { manualClock } from '@countersign/testing';
import { describe, expect, it } from 'vitest';
import { callAfter } from '../testing/announced-call.ts';
import { AT, block, CALL_ID, later } from '../testing/call-commands.ts';
import { callMessage, fixtureData } from '../testing/messages.ts';
import type { ToolCallCommand } from '../toolcall/decide.ts';
import { createCallsView } from '../views/calls.ts';
import { createVerdictReaction } from './verdicts.ts';

const KILLED: Fall = {
  reason: 'killed',
  layer: 'kill_switch',
  message: 'kill switch on agent helper',
  killSwitchId: '01a1fd5a-0e60-7260-a743-00000000000b',
};

/** A call that has heard these messages, and the reaction to what comes next. */
async function reacting(options: {
  readonly heard?: readonly Message[];
  readonly before?: readonly ToolCallCommand[];
  readonly fallen?: Fall;
  readonly standing?: () => Fall | null;
  readonly knowsAccess?: () => Promise<void>;
  readonly leaseHolds?: boolean;
  /** When the reaction happens. */
  readonly at?: string;
}) {
  const call = await callAfter(...(options.before ?? []));
  const view = createCallsView({ decisionTimeoutMs: 2_000, outcomeTtlMs: 900_000, onChange: () => {} });
  for (const heard of options.heard ?? [requested]) view.apply(heard);
  const react = createVerdictReaction({
    toolCalls: call.toolCalls,
    findCall: async (id) => view.table.get(id),
    knowsAccess: options.knowsAccess ?? (async () => {}),
    falls: { since: options.standing ?? (() => options.fallen ?? null) },
    leaseHolds: () => options.leaseHolds ?? true,
    killEpoch: () => 21,
    clock: manualClock(options.at ?? AT),
    permitTtlMs: 60_000,
  });
  return { ...call, react };
}

const message = (type: PublicEventType, position: number, data: JsonObject = {}): Message =>
  callMessage(type, { position, data });

const requested = message('agent.tool.requested', 1);
const allowed = message('agent.tool.evaluated', 2, { verdict: 'allow', obligations: { dry_run: true } });
const reserved = message('agent.quota.reserved', 3);

describe('a reservation', () => {
  it('lets the call run: the permit has the time, the switches and the policies of now', async () => {
    const { react, given } = await reacting({ heard: [requested, allowed] });
    expect(await react(reserved)).toEqual(DONE);
    expect(given).toMatchObject([
      {
        stream: `toolcall-${CALL_ID}`,
        command: {
          kind: 'authorize',
          toolDefinitionHash: fixtureData('agent.tool.requested').tool_definition_hash,
          policySet: fixtureData('agent.tool.evaluated').policy_set,
          obligations: { dry_run: true },
          expiresAt: later(60_000),
          killEpoch: '21',
          time: AT,
        },
        metadata: { causation: reserved.id, correlation: CALL_ID, organization: 'acme' },
      },
    ]);
  });

  it('that is told again changes nothing', async () => {
    const { react, events } = await reacting({ heard: [requested, allowed] });
    await react(reserved);
    const once = await events();
    expect(await react(reserved)).toEqual(DONE);
    expect(await events()).toEqual(once);
    expect(once.map(({ type }) => type)).toEqual([
      'decision-made.v2',
      'tool-requested.v2',
      'tool-authorized.v1',
    ]);
  });

  it('that comes after the call was closed is late, and loses', async () => {
    const before = [block({ reason: 'undecided' })];
    const { react, status } = await reacting({ heard: [requested, allowed], before });
    expect(await react(reserved)).toEqual(DONE);
    expect(await status()).toBe('blocked');
  });

  it('for a call that no longer stands ends it', async () => {
    const { react, given, status } = await reacting({ heard: [requested, allowed], fallen: KILLED });
    expect(await react(reserved)).toEqual(DONE);
    expect(given.map(({ command }) => command)).toEqual([
      {
        kind: 'block',
        open: 'undecided',
        reason: 'killed',
        layer: 'kill_switch',
        killSwitchId: KILLED.killSwitchId,
        reasons: [{ layer: 'kill_switch', code: 'killed', message: KILLED.message }],
      },
    ]);
    expect(await status()).toBe('blocked');
  });

  it('for a call on a work intent is judged by all that was said of access until now', async () => {
    const onIntent = callMessage('agent.tool.requested', { position: 1, data: { intent_id: 'refund' } });
    let taken: Fall | null = null;
    const { react, status } = await reacting({
      heard: [onIntent, allowed],
      async knowsAccess() {
        taken = { ...KILLED, reason: 'right_revoked', layer: 'access', killSwitchId: null };
      },
      standing: () => taken,
    });
    expect(await react(reserved)).toEqual(DONE);
    expect(await status()).toBe('blocked');
  });

  it.each([
    ['while the lease has lapsed', { heard: [requested, allowed], leaseHolds: false }],
    ['before its judgement', { heard: [requested] }],
    ['of a call that is not known here yet', { heard: [] }],
  ])('%s is tried again, and nothing happens', async (_, options) => {
    const { react, given } = await reacting(options);
    expect(await react(reserved)).toMatchObject({ kind: 'again' });
    expect(given).toEqual([]);
  });
});

describe('a judgement', () => {
  it.each(['allow', 'require_approval'])('%s is not the last word', async (verdict) => {
    const { react, given } = await reacting({});
    expect(await react(message('agent.tool.evaluated', 2, { verdict }))).toEqual(DONE);
    expect(given).toEqual([]);
  });

  const reason = (layer: string, code: string) => ({ layer, code, message: `it is ${code}` });
  const facts = (kill_switches: readonly string[]) => {
    const frozen = fixtureData('agent.tool.evaluated').facts as { checks: JsonObject };
    return { ...frozen, checks: { ...frozen.checks, kill_switches } };
  };

  it.each([
    ['by a policy', [reason('policy', 'deny')], 'denied', 'policy'],
    [
      'by a switch, whatever else',
      [reason('tool', 'unknown_tool'), reason('kill_switch', 'killed')],
      'killed',
      'kill_switch',
    ],
    [
      'of an undeclared tool',
      [reason('policy', 'deny'), reason('tool', 'unknown_tool')],
      'unknown_tool',
      'tool',
    ],
    ['of a disabled agent', [reason('agent', 'agent_disabled')], 'agent_disabled', 'agent'],
    ['for a foreign user', [reason('agent', 'user_not_delegated')], 'user_not_delegated', 'agent'],
    ['by the schema', [reason('tool', 'arguments_invalid')], 'arguments_invalid', 'tool'],
    ['of what was granted for less', [reason('approval', 'approval_void')], 'approval_void', 'approval'],
    ['without a right', [reason('permission', 'permission_missing')], 'denied', 'permission'],
  ])('deny %s blocks with every reason', async (_, reasons, code, layer) => {
    const { react, given } = await reacting({});
    const killSwitchId = code === 'killed' ? KILLED.killSwitchId : null;
    const judged = { verdict: 'deny', reasons, facts: facts(killSwitchId ? [killSwitchId] : []) };
    expect(await react(message('agent.tool.evaluated', 2, judged))).toEqual(DONE);
    expect(given.map(({ command }) => command)).toEqual([
      { kind: 'block', open: 'undecided', reason: code, layer, reasons, killSwitchId },
    ]);
  });
});

describe('what comes after the time for a verdict', () => {
  const undecided = [{ command: { kind: 'block', reason: 'undecided', layer: 'gateway' } }];
  const asked = [
    requested,
    message('agent.tool.evaluated', 2, { verdict: 'require_approval' }),
    message('agent.approval.requested', 3),
  ];
  const grantedAt = (ms: number) => callMessage('agent.approval.granted', { position: 4, time: later(ms) });
  const refused = message('agent.tool.evaluated', 2, { verdict: 'deny' });
  const question = message('agent.tool.evaluated', 2, { verdict: 'require_approval' });
  const overQuota = message('agent.quota.denied', 3);

  it.each([
    ['a reservation', [requested, allowed], reserved],
    ['a denial', [requested], refused],
    ['a question', [requested], question],
    ['a refusal of the meter', [requested, allowed], overQuota],
  ])('%s finds the call undecided, although no timer has closed it yet', async (_, heard, late) => {
    const { react, given, status } = await reacting({ heard, at: later(2_000) });
    expect(await react(late)).toEqual(DONE);
    expect(given).toMatchObject(undecided);
    expect(await status()).toBe('blocked');
  });

  it('a reservation at the last moment lets the call run', async () => {
    const { react, status } = await reacting({ heard: [requested, allowed], at: later(1_999) });
    await react(reserved);
    expect(await status()).toBe('authorized');
  });

  it.each([
    [61_999, 'authorized'],
    [62_000, 'blocked'],
  ])('the time of people is not counted: granted after 60 s, reserved after %d ms is %s', async (ms, end) => {
    const heard = [...asked, grantedAt(60_000), message('agent.tool.evaluated', 5, { verdict: 'allow' })];
    const { react, status } = await reacting({ heard, at: later(ms) });
    await react(message('agent.quota.reserved', 6));
    expect(await status()).toBe(end);
  });

  it('an answer of people has no time but its own', async () => {
    const { react, given } = await reacting({ heard: asked, at: later(3_600_000) });
    await react(message('agent.approval.denied', 4));
    expect(given).toMatchObject([{ command: { reason: 'approval_denied' } }]);
  });

  it('what is told again while people think changes nothing', async () => {
    const { react, given } = await reacting({ heard: asked, at: later(30_000) });
    await react(question);
    expect(given).toEqual([]);
  });
});

describe('the end of a question', () => {
  it.each([
    ['agent.approval.denied', {}, 'approval_denied'],
    ['agent.approval.expired', {}, 'approval_expired'],
    ['agent.approval.voided', { cause: 'tool_changed' }, 'tool_changed'],
  ] as const)('%s blocks the call', async (type, data, reason) => {
    const { react, given, status } = await reacting({});
    expect(await react(message(type, 4, data))).toEqual(DONE);
    expect(given).toMatchObject([{ command: { kind: 'block', reason, layer: 'approval' } }]);
    await react(message(type, 4, data));
    expect(await status()).toBe('blocked');
  });

  it('tells why it was asked beside what became of it', async () => {
    const reasons = [{ layer: 'policy', code: 'require_approval', message: 'it deletes', policy: 'default' }];
    const judged = message('agent.tool.evaluated', 2, { verdict: 'require_approval', reasons });
    const { react, given } = await reacting({
      heard: [requested, judged, message('agent.approval.requested', 3)],
    });
    await react(message('agent.approval.denied', 4));
    expect(given).toMatchObject([
      { command: { reason: 'approval_denied', reasons: [{ code: 'approval_denied' }, ...reasons] } },
    ]);
  });
});

describe('a refusal of the meter', () => {
  const denied = (which: JsonObject) => message('agent.quota.denied', 4, { which });
  const throttle = { kind: 'throttle', name: 'include:tool_calls' };
  const granted = [
    requested,
    message('agent.tool.evaluated', 2, { verdict: 'require_approval' }),
    message('agent.approval.requested', 3),
    message('agent.approval.granted', 4),
  ];

  it.each([
    ['a throttle', throttle, [requested], 'throttled', ['throttled']],
    [
      'a meter',
      fixtureData('agent.quota.denied').which as JsonObject,
      [requested],
      'over_quota',
      ['over_quota'],
    ],
    [
      'a throttle after a grant',
      throttle,
      granted,
      'approved_but_over_quota',
      ['approved_but_over_quota', 'throttled'],
    ],
  ])('%s blocks the call', async (_, which, heard, reason, codes) => {
    const { react, given } = await reacting({ heard });
    expect(await react(denied(which))).toEqual(DONE);
    expect(given).toMatchObject([
      { command: { kind: 'block', reason, layer: 'quota', reasons: codes.map((code) => ({ code })) } },
    ]);
  });
});

it('asks again when the ledger takes nothing', async () => {
  const { react, store } = await reacting({ heard: [requested, allowed] });
  await store.close();
  expect(await react(reserved)).toMatchObject({ kind: 'again', outage: true });
});

it('knows the call by its correlation, whatever stream speaks of it', async () => {
  const { react, given } = await reacting({});
  await react({ ...message('agent.quota.denied', 4), subject: 'meter-acme-1' });
  expect(given.map(({ stream }) => stream)).toEqual([`toolcall-${CALL_ID}`]);
});
