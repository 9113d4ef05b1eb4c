import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../json/json-value.ts';
import { createCallBook } from './call-book.ts';
import { type CallEvent, type CallFacts, NO_FACTS, statusOf, withEvent } from './call-facts.ts';
import { callIdOf } from './call-id.ts';
import { kafkaCalls } from './kafka-calls.ts';
import type { Intent } from './link.ts';
import { checkKafkaOptions } from './options.ts';

const KEY = '019a5b0e-7c1a-7d3e-9f00-2b6c1d4e8a11';
const CALL = await callIdOf('default', 'helper', KEY);
const body = { agent_id: 'helper', tool_name: 'read', arguments: { path: 'a' }, reason: 'r', redeem: true };
const grant = { callId: CALL, permit: CALL, obligations: {} };

let position = 0;
const event = (type: string, data: JsonObject = {}, causation?: string): CallEvent => {
  position += 1;
  return {
    type,
    callId: CALL,
    causation,
    position: String(position),
    time: '2026-11-21T12:00:00.000Z',
    data,
  };
};
const AUTHORIZED = () =>
  event('agent.tool.authorized', { expires_at: '2026-11-21T12:01:00.000Z', obligations: { dry_run: true } });

/** Calls over a link that goes nowhere: what becomes of each intent is the test's. */
function overNothing(become: (intent: Intent) => readonly CallEvent[]) {
  const book = createCallBook();
  const written: Intent[] = [];
  const privateKey = { kty: 'OKP', crv: 'Ed25519', x: 'x', d: 'd' };
  const options = checkKafkaOptions({
    brokers: ['b:1'],
    agentId: 'helper',
    organization: 'default',
    privateKey,
    answerTimeoutMs: 30,
  });
  const link = {
    async write(intent: Intent) {
      written.push(intent);
      for (const one of become(intent)) book.apply(one);
    },
    problem: () => null,
    close: async () => {},
  };
  return { calls: kafkaCalls(link, book, options), book, written };
}

describe('an announcement', () => {
  it('never redeems by itself, and is written once for its key', async () => {
    const { calls, written } = overNothing(() => [event('agent.tool.requested'), AUTHORIZED()]);
    const first = await calls.announce(body, KEY, {});
    expect(first).toMatchObject({
      ok: true,
      body: { id: CALL, status: 'authorized', permit: { redeemed: false }, obligations: { dry_run: true } },
    });
    expect(await calls.announce(body, KEY, {})).toEqual(first);
    expect(written).toEqual([
      {
        id: KEY,
        type: 'agent.intent.announced',
        data: { agent_id: 'helper', tool_name: 'read', arguments: { path: 'a' }, reason: 'r', redeem: false },
      },
    ]);
  });

  it('of which nothing was heard is written again under its key, and says that nothing is redeemed', async () => {
    const { calls, written } = overNothing(() => []);
    for (let round = 0; round < 2; round += 1)
      expect(await calls.announce(body, KEY, {})).toMatchObject({
        ok: false,
        transient: true,
        mayHaveActed: false,
        problem: { code: 'no_answer' },
      });
    expect(written.map(({ id }) => id)).toEqual([KEY, KEY]);
  });

  it('is refused with the reason as its code where HTTP has one, and else `denied`', async () => {
    for (const [reason, code, status] of [
      ['throttled', 'throttled', 429],
      ['undecided', 'undecided', 503],
      ['arguments_invalid', 'arguments_invalid', 422],
      ['killed', 'denied', 403],
      ['approval_denied', 'denied', 403],
      ['constructor', 'denied', 403],
    ] as const) {
      const context = { reasons: [{ layer: 'l', code: reason, message: 'why' }] };
      const { calls } = overNothing(() => [
        event('agent.tool.requested'),
        event('agent.safety.blocked', { reason, context }),
      ]);
      expect(await calls.announce(body, KEY, {})).toMatchObject({
        ok: false,
        transient: false,
        problem: { code, status, tool_call_id: CALL, detail: 'why', reasons: context.reasons },
      });
    }
  });

  it('that waits for a human says so at once', async () => {
    const { calls } = overNothing(() => [
      event('agent.tool.requested'),
      event('agent.approval.requested', { expires_at: 'then' }),
    ]);
    expect(await calls.announce(body, KEY, {})).toMatchObject({
      ok: true,
      body: { status: 'awaiting_approval', approval: { id: CALL, expires_at: 'then' } },
    });
  });
});

describe('a redemption', () => {
  const redeemedBy = (how: (intent: Intent) => readonly CallEvent[]) =>
    overNothing((intent) => (intent.type === 'agent.permit.redeem' ? how(intent) : [])).calls.redeem(
      grant,
      body.arguments,
      {},
    );

  it('is this one where its event names it', async () => {
    expect(await redeemedBy(({ id }) => [event('agent.permit.redeemed', {}, id)])).toMatchObject({
      ok: true,
      body: { valid: true, tool_call_id: CALL },
    });
  });

  it.each([
    ['permit_redeemed', () => [event('agent.permit.redeemed', {}, 'another')]],
    ['expired', () => [event('agent.tool.lapsed')]],
    ['void', () => [event('agent.safety.blocked', { reason: 'killed' })]],
  ] as const)('is refused: %s', async (code, become) => {
    expect(await redeemedBy(become)).toMatchObject({ ok: false, transient: false, problem: { code } });
  });

  it('that is said again, because nothing was heard, is the same one', async () => {
    const heard: CallEvent[] = [];
    const { calls, written } = overNothing(({ id }) => {
      if (written.length === 1) heard.push(event('agent.permit.redeemed', {}, id));
      return written.length === 2 ? heard : [];
    });
    expect(await calls.redeem(grant, body.arguments, {})).toMatchObject({ problem: { code: 'no_answer' } });
    expect(await calls.redeem(grant, body.arguments, {})).toMatchObject({ ok: true });
  });

  it('of which nothing was heard may have happened', async () => {
    expect(await redeemedBy(() => [])).toMatchObject({ ok: false, transient: true, mayHaveActed: true });
  });
});

it('a call that is known to be redeemed already is nobody’s in particular', async () => {
  const { calls } = overNothing(() => [AUTHORIZED(), event('agent.permit.redeemed', {}, 'r')]);
  expect(await calls.announce(body, KEY, {})).toMatchObject({ body: { status: 'redeemed', replayed: true } });
});

it('an outcome that no permit covered is recorded, and said to be so', async () => {
  const { calls, written } = overNothing(({ id }) => [
    event('agent.tool.called', { success: true, unauthorized: true }, id),
  ]);
  expect(await calls.report(CALL, { permit: 'csp_secret', success: true })).toMatchObject({
    problem: { code: 'permit_invalid', unauthorized: true },
  });
  expect(JSON.stringify(written)).not.toContain('csp_secret');
});

it('events of two topics come in any order, and twice, and mean the same', () => {
  const events = [
    event('agent.tool.requested'),
    event('agent.approval.requested'),
    event('agent.approval.granted'),
    AUTHORIZED(),
    event('agent.permit.redeemed'),
    event('agent.tool.called', { success: false }),
  ];
  const fold = (order: readonly CallEvent[]): CallFacts => order.reduce(withEvent, NO_FACTS);
  const last = events.at(-1)!.position;
  for (const order of [events, events.toReversed(), [...events, ...events]])
    expect([statusOf(fold(order)), fold(order).position]).toEqual(['failed', last]);
  expect(statusOf(fold([events[3]!, events[1]!]))).toBe('authorized');
  expect(statusOf(NO_FACTS)).toBeUndefined();
});
