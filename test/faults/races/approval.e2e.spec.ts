import { beforeAll, describe, expect, it } from 'vitest';
import { type Client, createClient, expectAnswer, keyFor, listAll } from '../client.ts';
import { announcement, registerBasics } from '../registrations.ts';
import { CROWD, race, startArena, tally, warmUp } from './crowd.ts';

const { standalone, owner } = await startArena();
let agent: Client;
let operators: Client[];

beforeAll(async () => {
  await registerBasics(owner);
  agent = createClient(standalone.url, await keyFor(owner, 'agent', 'helper'));
  const roles = [{ scope: { organization: 'default' }, role: 'operator' }];
  operators = await Promise.all(
    Array.from({ length: CROWD }, async (_, index) => {
      await expectAnswer(owner('PUT', `/v1/users/operator-${index}`, { body: { roles } }), 201);
      return createClient(standalone.url, await keyFor(owner, 'user', `operator-${index}`));
    }),
  );
  await warmUp(agent);
});

/** The call's status once it does not wait any more. */
async function endOf(call: string | undefined): Promise<string | number | undefined> {
  for (;;) {
    const { status } = await expectAnswer(agent('GET', `/v1/tool-calls/${call}`), 200);
    if (status !== 'awaiting_approval' && status !== 'evaluating') return status;
  }
}

/** What each client answers to one question: everybody the same, or by turns. */
const ANSWERS = {
  'all say yes': () => 'approve',
  'half say yes and half say no': (client: number) => (client % 2 === 0 ? 'approve' : 'deny'),
} as const;

describe(`${CROWD} people and one approval`, () => {
  it.each(Object.entries(ANSWERS))('has one winner when %s', async (_name, decisionOf) => {
    const asked = await expectAnswer(
      agent('POST', '/v1/tool-calls', { body: announcement('delete-file', 'a') }),
      202,
    );
    const answers = await race((client) =>
      operators[client]!('POST', `/v1/approvals/${asked.id}/decision`, {
        body: { decision: decisionOf(client), reason: 'a race', arguments_digest: asked.arguments_digest },
      }),
    );
    expect(tally(answers)).toEqual({ 200: 1, '409 already_decided': CROWD - 1 });

    const winner = answers.findIndex(({ status }) => status === 200);
    const granted = decisionOf(winner) === 'approve';
    expect(answers[winner]!.body.state).toBe(granted ? 'granted' : 'denied');
    const types = (await listAll(owner, `/v1/events?subject=approval-${asked.id}`)).map(({ type }) => type);
    expect(types.filter((type) => /granted|denied/.test(type ?? ''))).toEqual([
      granted ? 'agent.approval.granted' : 'agent.approval.denied',
    ]);
    expect(await endOf(asked.id)).toBe(granted ? 'authorized' : 'blocked');
  });
});
