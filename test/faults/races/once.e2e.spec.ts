import { beforeAll, describe, expect, it } from 'vitest';
import { type Client, createClient, expectAnswer, keyFor, listAll } from '../client.ts';
import { announcement, registerBasics } from '../registrations.ts';
import { CROWD, race, startArena, tally, warmUp } from './crowd.ts';

const { standalone, owner } = await startArena();
let agent: Client;

beforeAll(async () => {
  await registerBasics(owner);
  agent = createClient(standalone.url, await keyFor(owner, 'agent', 'helper'));
  await warmUp(agent);
});

const announce = (key: string, path = 'a', more: object = {}) =>
  agent('POST', '/v1/tool-calls', {
    body: announcement('read-file', path, more),
    headers: { 'idempotency-key': key },
  });
const eventsOf = async (call: string | undefined) =>
  (await listAll(owner, `/v1/events?subject=toolcall-${call}`)).map(({ type }) => type);

describe(`${CROWD} clients and one permit`, () => {
  it('is redeemed once', async () => {
    const { id, permit } = await expectAnswer(announce('one-permit'), 200);
    const body = { permit: permit?.token, arguments: { path: 'a' } };
    const answers = await race(() => agent('POST', '/v1/permits/redeem', { body }));
    expect(tally(answers)).toEqual({ 200: 1, '409 permit_redeemed': CROWD - 1 });
    expect(await eventsOf(id)).toEqual([
      'agent.decision.made',
      'agent.tool.requested',
      'agent.tool.authorized',
      'agent.permit.redeemed',
    ]);
  });

  it('has one outcome on record, whatever is reported', async () => {
    const { id, permit } = await expectAnswer(announce('one-outcome', 'a', { redeem: true }), 200);
    const answers = await race((client) =>
      agent('POST', `/v1/tool-calls/${id}/outcome`, {
        body: { permit: permit?.token, success: true, result: client % 4 },
      }),
    );
    expect(tally(answers)).toEqual({ 200: CROWD / 4, '409 outcome_conflict': CROWD - CROWD / 4 });
    expect((await eventsOf(id)).filter((type) => type === 'agent.tool.called')).toHaveLength(1);
  });
});

describe(`${CROWD} clients and one idempotency key`, () => {
  it('is one call, with the same answer for all', async () => {
    const answers = await race(() => announce('one-key', 'a', { redeem: true }));
    expect(tally(answers)).toEqual({ 200: CROWD });
    const [first] = answers;
    for (const { body } of answers) {
      expect(body).toEqual({ ...first!.body, replayed: body.replayed, position: body.position });
    }
    expect(answers.filter(({ body }) => body.replayed === false)).toHaveLength(1);
    expect(await eventsOf(first!.body.id)).toEqual([
      'agent.decision.made',
      'agent.tool.requested',
      'agent.tool.authorized',
      'agent.permit.redeemed',
    ]);
  });

  it('is one call for the body that came first, and a conflict for the other', async () => {
    const answers = await race((client) => announce('two-bodies', client % 2 === 0 ? 'a' : 'b'));
    expect(tally(answers)).toEqual({ 200: CROWD / 2, '409 idempotency_conflict': CROWD / 2 });
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(2);
    const winners = answers.map(({ status }) => status);
    expect(new Set(winners.filter((_, client) => client % 2 === 0)).size).toBe(1);
  });
});
