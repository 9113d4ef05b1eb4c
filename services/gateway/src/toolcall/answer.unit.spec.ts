import { createSecretKey } from 'node:crypto';
import type { Principal } from '@countersign/access';
import { type ProblemCode, type PublicEventType, problemSchemas, routes } from '@countersign/contracts';
import type { JsonObject } from '@countersign/event-sourcing';
import { describe, expect, it } from 'vitest';
import { CALL_ID, later } from '../testing/call-commands.ts';
import { callMessage, fixtureData } from '../testing/messages.ts';
import type { CallRow } from '../views/call-row.ts';
import { createCallsView } from '../views/calls.ts';
import { answerOf } from './answer.ts';
import { createPermitTokens } from './permit-token.ts';

type Step = readonly [type: PublicEventType, data?: JsonObject];

function rowAfter(...story: readonly Step[]): CallRow {
  const view = createCallsView({ decisionTimeoutMs: 2_000, outcomeTtlMs: 900_000, onChange: () => {} });
  [['agent.tool.requested'] as const, ...story].forEach(([type, data], index) => {
    view.apply(callMessage(type, { position: index + 1, time: later(index), ...(data ? { data } : {}) }));
  });
  return view.table.get(CALL_ID) as CallRow;
}

const tokens = createPermitTokens(createSecretKey(Buffer.alloc(32, 1)));
const agent: Principal = { kind: 'agent', id: 'report-cleaner', organization: 'acme', keyId: 'k' };
const operator: Principal = { kind: 'user', id: 'olga', organization: 'acme', keyId: 'k' };
const SALT = 'c2FsdC1vZi1hLXRlc3QtMQ';

const answer = (row: CallRow, principal = agent, replayed = false) =>
  answerOf(row, { principal, replayed, argumentsSalt: SALT }, tokens);

const allowed: Step = ['agent.tool.evaluated', { verdict: 'allow', reasons: [], obligations: {} }];
const denied: Step = ['agent.tool.evaluated', { verdict: 'deny' }];
const authorized: Step = ['agent.tool.authorized'];
const redeemed: Step = ['agent.permit.redeemed'];

function blocked(reason: string, ...reasons: readonly JsonObject[]): Step {
  const context = { ...(fixtureData('agent.safety.blocked').context as JsonObject), reasons };
  return ['agent.safety.blocked', { reason, context }];
}

describe('the answer to an announcement', () => {
  it.each<[CallRow['status'], readonly Step[]]>([
    ['authorized', [allowed, authorized]],
    ['redeemed', [allowed, authorized, redeemed]],
    ['succeeded', [allowed, authorized, redeemed, ['agent.tool.called', { success: true }]]],
    ['failed', [allowed, authorized, redeemed, ['agent.tool.called', { success: false }]]],
    ['lapsed', [allowed, authorized, ['agent.tool.lapsed']]],
    ['abandoned', [allowed, authorized, redeemed, ['agent.tool.abandoned']]],
  ])('is 200 with the permit for a call that is %s', (status, story) => {
    const row = rowAfter(...story);
    const answered = answer(row);
    expect(answered).toMatchObject({
      status: 200,
      body: {
        id: CALL_ID,
        status,
        verdict: 'allow',
        arguments_digest: row.arguments_digest,
        arguments_salt: SALT,
        permit: { token: tokens.issue(CALL_ID, row.permit?.event_id ?? '') },
        position: String(row.position),
        replayed: false,
      },
    });
    const schema = routes.announceToolCall.responses[200];
    expect('body' in answered && schema.safeParse(answered.body).error).toBeUndefined();
  });

  it('A-THR-15: says what the narrowest throttle has left, and in a repeat nothing of it', () => {
    const reserved = (...throttles: readonly JsonObject[]): Step => [
      'agent.quota.reserved',
      { throttles: throttles.map((room, index) => ({ name: `t${index}`, amount: 1, ...room })) },
    ];
    const row = rowAfter(
      allowed,
      reserved({ limit: 10, remaining: 7 }, { limit: 5, remaining: 2 }, { limit: 3, remaining: 3 }),
      authorized,
    );
    expect(answer(row)).toMatchObject({
      headers: { 'x-ratelimit-limit': '5', 'x-ratelimit-remaining': '2' },
    });
    expect(answer(row, agent, true)).not.toHaveProperty('headers');
    // Where no throttle covers it, or its figures were not written yet.
    for (const step of [reserved(), reserved({})])
      expect(answer(rowAfter(allowed, step, authorized))).not.toHaveProperty('headers');
  });

  it('is 202 while a human is asked', () => {
    const row = rowAfter(['agent.tool.evaluated'], ['agent.approval.requested']);
    const answered = answer(row, agent, true);
    expect(answered).toMatchObject({
      status: 202,
      body: { status: 'awaiting_approval', approval: { id: CALL_ID, state: 'waiting' }, replayed: true },
    });
    const schema = routes.announceToolCall.responses[202];
    expect('body' in answered && schema.safeParse(answered.body).error).toBeUndefined();
  });

  it('has the token for the agent and who asked, and no salt where it is erased', () => {
    const row = rowAfter(allowed, authorized);
    expect(answer(row, operator)).toMatchObject({ body: { permit: { redeemed: false } } });
    expect(JSON.stringify(answer(row, operator))).not.toContain('csp_');
    const erased = answerOf(row, { principal: agent, replayed: true, argumentsSalt: null }, tokens);
    expect('body' in erased && erased.body).not.toHaveProperty('arguments_salt');
  });

  const killed = { layer: 'kill_switch', code: 'killed', message: 'kill switch on agent helper' };
  const meter = fixtureData('agent.quota.denied').which as JsonObject;

  it.each<[ProblemCode, number, object, readonly Step[]]>([
    ['denied', 403, { call_status: 'denied', reasons: [{}, {}] }, [denied, blocked('denied')]],
    ['denied', 403, { call_status: 'blocked', reasons: [killed] }, [denied, blocked('killed', killed)]],
    ['denied', 403, { call_status: 'denied' }, [denied, blocked('unknown_tool')]],
    ['user_not_delegated', 403, {}, [denied, blocked('user_not_delegated')]],
    ['arguments_invalid', 422, {}, [denied, blocked('arguments_invalid')]],
    ['undecided', 503, { call_status: 'blocked' }, [blocked('undecided')]],
    [
      'over_quota',
      429,
      { meter: meter.key, limit: expect.any(Number), used: expect.any(Number) },
      [allowed, ['agent.quota.denied'], blocked('over_quota')],
    ],
    [
      'over_quota',
      429,
      { meter: 'tool_cost', limit: 0 },
      [
        allowed,
        ['agent.quota.denied', { which: { kind: 'entitlement', key: 'tool_cost' }, limit: null }],
        blocked('over_quota'),
      ],
    ],
    [
      // A level is no 429: waiting does not bring it back.
      'denied',
      403,
      { call_status: 'blocked', detail: 'gauge concurrent_calls of user:ann is at 2 of 2' },
      [
        allowed,
        [
          'agent.quota.denied',
          {
            which: {
              ...{ kind: 'meter', key: 'concurrent_calls', rule: 'concurrent_calls.user.total' },
              ...{ scope: 'user:ann', period_start: null },
            },
            ...{ limit: 2, used: 2, retry_after_ms: null },
          },
        ],
        blocked('over_quota'),
      ],
    ],
    [
      'throttled',
      429,
      { throttle: 'include:tool_calls', retry_after_ms: 800 },
      [
        allowed,
        [
          'agent.quota.denied',
          { which: { kind: 'throttle', name: 'include:tool_calls' }, retry_after_ms: 800 },
        ],
        blocked('throttled'),
      ],
    ],
  ])('is the problem %s (%i) where the call was refused so', (code, status, members, story) => {
    const refused = answer(rowAfter(...story), agent, true);
    expect(refused).toMatchObject({ code, status, tool_call_id: CALL_ID, replayed: true, ...members });
    expect(problemSchemas[code].safeParse(refused).error).toBeUndefined();
  });
});
