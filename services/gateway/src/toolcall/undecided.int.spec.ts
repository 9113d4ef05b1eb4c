import { callIdFromKey, streamName } from '@countersign/event-sourcing';
import { describe, expect, it } from 'vitest';
import { announcement, registerBasics } from '../testing/registered.ts';
import { startGateway } from '../testing/running-gateway.ts';

const KEY = { 'idempotency-key': 'undecided-1' };
const ID = callIdFromKey('default', 'agent:helper', KEY['idempotency-key']);
const STREAM = streamName('toolcall', ID);

describe('a call without a verdict in time', () => {
  /** Announced, with everybody silent, and the time-out over. */
  async function undecided() {
    const gateway = await startGateway({ judge: () => null });
    const { agent } = await registerBasics(gateway);
    const announced = gateway.happens('tool-requested.v2');
    const answering = agent('POST', '/v1/tool-calls', announcement(), KEY);
    await announced;
    await gateway.settled();
    await gateway.pass(1_999);
    const before = await gateway.types(STREAM);
    await gateway.pass(1);
    return { gateway, agent, before, answer: await answering };
  }

  it('is closed at its time-out, not before, and answered as undecided', async () => {
    const { before, answer } = await undecided();
    expect(before).toEqual(['decision-made.v2', 'tool-requested.v2']);
    expect(answer).toMatchObject({
      status: 503,
      headers: { 'retry-after': '1' },
      body: { code: 'undecided', tool_call_id: ID, call_status: 'blocked', replayed: false },
    });
  });

  it('is not opened again by a verdict that comes late', async () => {
    const { gateway, agent } = await undecided();
    await gateway.standIns.judges(ID, 'allow');
    await gateway.settled();
    expect(await gateway.types(STREAM)).toEqual([
      'decision-made.v2',
      'tool-requested.v2',
      'safety-blocked.v1',
    ]);
    const { body } = await agent('GET', `/v1/tool-calls/${ID}`);
    expect(body).toMatchObject({ status: 'blocked', verdict: null, reasons: [{ code: 'undecided' }] });
    expect(body).not.toHaveProperty('permit');
  });

  it('stays undecided for its key', async () => {
    const { agent } = await undecided();
    expect(await agent('POST', '/v1/tool-calls', announcement(), KEY)).toMatchObject({
      status: 503,
      body: { code: 'undecided', tool_call_id: ID, replayed: true },
    });
  });

  it('has one end, however often its time is looked at', async () => {
    const { gateway } = await undecided();
    await gateway.pass(1);
    await gateway.pass(10_000);
    expect((await gateway.types(STREAM)).filter((type) => type === 'safety-blocked.v1')).toHaveLength(1);
  });
});
