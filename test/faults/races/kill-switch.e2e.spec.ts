import { beforeAll, describe, expect, it } from 'vitest';
import {
  type Answer,
  type Client,
  createClient,
  expectAnswer,
  type Item,
  keyFor,
  listAll,
} from '../client.ts';
import { eventually } from '../eventually.ts';
import { isAfter } from '../kill-rounds/ledger-event.ts';
import { announcement, registerBasics } from '../registrations.ts';
import { CROWD, startArena, warmUp } from './crowd.ts';

/** The switch is engaged when so many calls have been answered. */
const ANSWERS_BEFORE = 300;
/** Each client of the other agent goes on for so many calls after that. */
const CALLS_AFTER = 3;

const ENDS = ['agent.permit.redeemed', 'agent.safety.blocked'];

const { standalone, owner } = await startArena();
let helper: Client;
let bystander: Client;

beforeAll(async () => {
  await registerBasics(owner);
  await expectAnswer(owner('PUT', '/v1/agents/bystander', { body: { owner: 'alice' } }), 201);
  helper = createClient(standalone.url, await keyFor(owner, 'agent', 'helper'));
  bystander = createClient(standalone.url, await keyFor(owner, 'agent', 'bystander'));
  await warmUp(helper);
});

interface Burst {
  readonly answers: Answer[];
  engaged: Promise<Answer> | null;
}

/** One client: announces and redeems, at once or in two steps, until it is refused or `done`. */
async function client(burst: Burst, agentId: string, caller: Client, twoSteps: boolean, done: () => boolean) {
  const ask = async (path: string, body: object): Promise<Answer> => {
    const reply = await caller('POST', path, { body });
    if (reply.kind === 'lost') throw new Error('the connection was lost');
    burst.answers.push(reply);
    if (burst.answers.length >= ANSWERS_BEFORE) burst.engaged ??= engage();
    return reply;
  };
  while (!done()) {
    const body = announcement('read-file', 'a', { agent_id: agentId, redeem: !twoSteps });
    const announced = await ask('/v1/tool-calls', body);
    if (announced.status !== 200) return announced;
    if (!twoSteps) continue;
    const { permit } = announced.body;
    const redeemed = await ask('/v1/permits/redeem', { permit: permit?.token, arguments: { path: 'a' } });
    if (redeemed.status !== 200) return redeemed;
  }
  return null;
}

async function engage(): Promise<Answer> {
  const body = { scope: 'agent', target: 'helper', reason: 'enough' };
  const reply = await owner('POST', '/v1/kill-switches', { body });
  if (reply.kind === 'lost') throw new Error('the connection was lost');
  return reply;
}

describe(`a kill switch in the middle of a burst of ${CROWD} clients`, () => {
  it('lets nothing in its scope be authorized or redeemed after it is effective', async () => {
    const burst: Burst = { answers: [], engaged: null };
    const ended = await Promise.all(
      Array.from({ length: CROWD }, async (_, index) => {
        const twoSteps = index % 2 === 0;
        if (index % 4 !== 0) return client(burst, 'helper', helper, twoSteps, () => false);
        let left = CALLS_AFTER;
        const goOn = () => burst.engaged !== null && left-- === 0;
        return client(burst, 'bystander', bystander, twoSteps, goOn);
      }),
    );
    // Who is in its scope is refused; who is not is never.
    for (const [index, last] of ended.entries()) {
      if (index % 4 === 0) expect(last).toBeNull();
      else expect(last?.body.code).toMatch(/^(denied|void)$/);
    }
    const { body: killSwitch } = (await burst.engaged)!;
    expect(killSwitch.state).toBe('effective');

    const events = await listAll(owner, '/v1/events');
    const effective = killSwitch.effective_position!;
    const acts = events.filter(
      ({ type }) => type === 'agent.tool.authorized' || type === 'agent.permit.redeemed',
    );
    const after = (agentId: string, position: string) =>
      acts.filter((event) => agentOf(event) === agentId && isAfter(event.position!, position));
    expect(after('helper', effective)).toEqual([]);
    expect(after('helper', '0').length).toBeGreaterThan(ANSWERS_BEFORE / 4);
    expect(after('bystander', effective).length).toBeGreaterThan(0);
  });

  it('ends every open permit in its scope, on record', async () => {
    await eventually(async () => {
      const events = await listAll(owner, '/v1/events');
      const ended = events.filter(({ type }) => ENDS.includes(type ?? ''));
      const endedCalls = new Set(ended.map(({ correlationid }) => correlationid));
      const authorized = events.filter(({ type }) => type === 'agent.tool.authorized');
      const open = authorized.filter(
        (event) => agentOf(event) === 'helper' && !endedCalls.has(event.correlationid),
      );
      expect(open).toEqual([]);
    });
  });
});

function agentOf({ data }: Item): unknown {
  return data?.agent_id;
}
