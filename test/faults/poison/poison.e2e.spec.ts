import { type StandaloneProcess, startStandalone, temporaryDirectory } from '@countersign/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countersign } from '../cli.ts';
import { type Client, createClient, expectAnswer, type Item, keyFor, listAll } from '../client.ts';
import { eventually } from '../eventually.ts';
import { announcement, policiesInForce, registerBasics } from '../registrations.ts';
import { breakRegistration } from './broken-registration.ts';

/** Long enough for a human to mend what is broken while the call still waits for its verdict. */
const ENV = { COUNTERSIGN_DECISION_TIMEOUT_MS: '600000', COUNTERSIGN_PERMIT_TTL_MS: '3600000' };
const ALICE = { roles: [{ scope: { organization: 'default' }, role: 'owner' }] };
const READ = { description: 'Reads', input_schema: { type: 'object' }, action: 'read' };
const EVALUATE = 'policy-engine.evaluate.v1';
const VOIDING = 'gateway.voiding.v1';

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let standalone: StandaloneProcess;
let owner: Client;
let other: Client;
/** Keys of the agents: `helper` is alice's, the others are bob's; `far` is in another organization. */
const keys: Record<string, string> = {};
/** Calls with an open permit, by agent. */
const open: Record<string, string> = {};

const asAgent = (agent: string) => createClient(standalone.url, keys[agent]!);
const announce = (agent: string, tool: string) =>
  asAgent(agent)('POST', '/v1/tool-calls', { body: announcement(tool, 'a', { agent_id: agent }) });
const statusOf = async (agent: string) =>
  (await expectAnswer(asAgent(agent)('GET', `/v1/tool-calls/${open[agent]}`), 200)).status;
const parkedBy = async (processor: string): Promise<Item[]> =>
  await listAll(owner, `/v1/parked?processor=${processor}`);
const parkedMetric = async (processor: string) => {
  const text = await (await fetch(`${standalone.url}/metrics`)).text();
  return new RegExp(`^parked_events\\{processor="${processor}"\\} (\\d+)$`, 'm').exec(text)?.[1];
};

async function start(): Promise<void> {
  standalone = await startStandalone({ dataDirectory: directory.path, env: ENV });
  const { url, ownerKey } = standalone;
  owner = createClient(url, ownerKey);
  other = createClient(url, ownerKey, { 'countersign-organization': 'other' });
}

beforeAll(async () => {
  directory = await temporaryDirectory();
  await start();
  await registerBasics(owner);
  const put = (client: Client, path: string, body: object) =>
    expectAnswer(client('PUT', path, { body }), 200, 201);
  await put(owner, '/v1/users/alice', ALICE);
  await put(owner, '/v1/tools/guarded', { ...READ, required_permissions: ['files.read'] });
  for (const agent of ['second', 'third', 'fourth'])
    await put(owner, `/v1/agents/${agent}`, { owner: 'bob' });
  await expectAnswer(owner('POST', '/v1/organizations', { body: { id: 'other' } }), 201);
  await policiesInForce(other);
  await put(other, '/v1/agents/far', { owner: 'bob' });
  await put(other, '/v1/tools/guarded', READ);
  for (const agent of ['helper', 'second', 'third', 'fourth'])
    keys[agent] = await keyFor(owner, 'agent', agent);
  keys.far = await keyFor(other, 'agent', 'far');
  // Bob lacks the right that the guarded tool requires; what anybody may read is his.
  for (const agent of ['second', 'third', 'fourth'])
    open[agent] = (await expectAnswer(announce(agent, 'read-file'), 200)).id!;
  for (const agent of ['helper', 'far'])
    open[agent] = (await expectAnswer(announce(agent, 'guarded'), 200)).id!;
  await standalone.stop();
  await breakRegistration(directory.path, 'default', 'alice');
  await start();
});
afterAll(async () => {
  await standalone.kill();
  await directory[Symbol.asyncDispose]();
});

describe('an event that can not be handled', () => {
  it('parks its subject, and later events of the subject wait behind it', async () => {
    // The broken registration itself: whose permits still stand can not be told.
    await eventually(async () => expect(await parkedBy(VOIDING)).toHaveLength(1));
    await expectAnswer(owner('POST', '/v1/agents/second/disable', { body: { reason: 'a test' } }), 200);
    await expectAnswer(owner('POST', '/v1/agents/third/disable', { body: { reason: 'a test' } }), 200);
    await eventually(async () => expect((await parkedBy(VOIDING))[0]).toMatchObject({ waiting: 2 }));
    const [parked] = await parkedBy(VOIDING);
    expect(parked).toMatchObject({
      subject: 'user-default:alice',
      event_type: 'user.changed',
      attempts: 1,
      error: { code: 'handler_failed', message: expect.stringContaining('is not a function') },
    });
    expect(await parkedMetric(VOIDING)).toBe('3');
    // What it would have ended is not on record as ended, and still can not be used: that is checked from memory.
    expect([await statusOf('second'), await statusOf('third')]).toEqual(['authorized', 'authorized']);
  });

  it('holds up nobody else', async () => {
    await expectAnswer(other('POST', '/v1/agents/far/disable', { body: { reason: 'a test' } }), 200);
    await eventually(async () => expect(await statusOf('far')).toBe('blocked'));
    await expectAnswer(announce('fourth', 'read-file'), 200);
  });

  it('is still parked after a crash, and what comes then waits too', async () => {
    await standalone.kill();
    await start();
    await expectAnswer(owner('POST', '/v1/agents/fourth/disable', { body: { reason: 'a test' } }), 200);
    await eventually(async () => expect((await parkedBy(VOIDING))[0]).toMatchObject({ waiting: 3 }));
    expect(await statusOf('fourth')).toBe('authorized');
  });

  it('stays parked when it is handled again and its cause is not gone', async () => {
    const [parked] = await parkedBy(VOIDING);
    const retried = await countersign(['parked', 'retry', parked!.id!, '--json'], cliEnv());
    expect(JSON.parse(retried.stdout)).toMatchObject({ state: 'parked', handled: 0 });
    expect((await parkedBy(VOIDING))[0]).toMatchObject({ waiting: 3, attempts: 2 });
  });

  it('lets a call wait for its verdict, and no longer once its cause is gone', async () => {
    const verdict = announce('helper', 'guarded');
    await eventually(async () => expect(await parkedBy(EVALUATE)).toHaveLength(1));
    const [parked] = await parkedBy(EVALUATE);
    expect(parked).toMatchObject({ event_type: 'agent.tool.requested', waiting: 0 });
    expect(await parkedMetric(EVALUATE)).toBe('1');

    await expectAnswer(owner('PUT', '/v1/users/alice', { body: ALICE }), 200);
    const retried = await expectAnswer(owner('POST', `/v1/parked/${parked!.id}/retry`), 200);
    expect(retried).toMatchObject({ state: 'released', handled: 1 });
    expect(await expectAnswer(verdict, 200)).toMatchObject({ status: 'authorized', verdict: 'allow' });
    expect(await parkedBy(EVALUATE)).toEqual([]);
    expect(await parkedMetric(EVALUATE)).toBe('0');
  });

  it('is released in order by the command, with everything behind it', async () => {
    const [parked] = await parkedBy(VOIDING);
    // The registration that mends it came last, and waits as well.
    expect(parked).toMatchObject({ waiting: 4 });
    const retried = await countersign(['parked', 'retry', parked!.id!, '--json'], cliEnv());
    expect([retried.code, retried.stderr]).toEqual([0, '']);
    expect(JSON.parse(retried.stdout)).toMatchObject({ state: 'released', handled: 5 });
    expect(await countersign(['parked', 'ls', '--json'], cliEnv())).toMatchObject({ code: 0 });
    expect(await listAll(owner, '/v1/parked')).toEqual([]);

    const agents = ['second', 'third', 'fourth', 'helper'];
    // Alice's permit too: for a time nobody could tell whether she had the right that it rests on.
    expect(await Promise.all(agents.map(statusOf))).toEqual(agents.map(() => 'blocked'));
    // The first in order was handled first: it ended every permit that had fallen by then.
    const events = await listAll(owner, '/v1/events?types=agent.safety.blocked,user.changed');
    const broken = events.find(({ type, data }) => type === 'user.changed' && data?.roles === 'owner');
    const blocked = events.filter(({ type }) => type === 'agent.safety.blocked');
    expect(blocked.length).toBeGreaterThanOrEqual(4);
    expect(new Set(blocked.map(({ causationid }) => causationid))).toEqual(new Set([broken?.id]));
  });
});

const cliEnv = () => ({ COUNTERSIGN_URL: standalone.url, COUNTERSIGN_KEY: standalone.ownerKey });
