import { MAX_INTENT_SKEW_MS } from '@countersign/contracts';
import { describe, expect, it } from 'vitest';
import { CALL, frontDoor, KEY } from '../testing/front-door.ts';
import { announcement } from '../testing/registered.ts';
import { registeredSigner, signedIntent } from '../testing/signed-intent.ts';

describe('an announced intent', () => {
  it('is the call that its id names, and the cause of its events', async () => {
    const { gateway, feed, intent, call } = await frontDoor();
    const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
    const { headers, ...record } = intent({ data: announcement({ wait_ms: 30_000 }) });
    expect(await feed.write({ ...record, headers: { ...headers, ce_traceparent: traceparent } })).toEqual([
      'taken',
    ]);
    await gateway.settled();
    expect(await call()).toMatchObject({ status: 'authorized', agent_id: 'helper' });
    const [decision, requested] = await gateway.store.read(`toolcall-${CALL}`);
    for (const event of [decision!, requested!])
      expect(event.metadata).toMatchObject({ causation: KEY, correlation: CALL, traceparent });
    expect(requested!.data.requested_by).toEqual({ kind: 'agent', id: 'helper' });
  });

  it('does not wait for a verdict, nor for people', async () => {
    const { gateway, feed, intent, call } = await frontDoor({ judge: () => null });
    expect(await feed.write(intent(), intent({ id: 'another' }))).toEqual(['taken', 'taken']);
    await gateway.settled();
    expect(await call()).toMatchObject({ status: 'evaluating' });
  });

  it('is recorded and refused like any other call where it is not allowed', async () => {
    const { gateway, feed, intent, call, refusals } = await frontDoor({ judge: () => 'deny' });
    expect(await feed.write(intent({ data: announcement({ tool_name: 'unknown' }) }))).toEqual(['taken']);
    await gateway.settled();
    expect((await call()).status).toBe('denied');
    expect(refusals).toEqual([]);
  });

  it('of the same record again is the same call; of another record with its id it is a replay', async () => {
    const { gateway, feed, intent, refusals } = await frontDoor();
    await feed.write(intent());
    await gateway.settled();
    const before = gateway.store.acceptedPosition;
    expect(await feed.again(0)).toBe('taken');
    expect(await feed.write(intent())).toEqual(['replayed']);
    expect(await feed.write(intent({ data: announcement({ arguments: { path: 'b' } }) }))).toEqual([
      'replayed',
    ]);
    expect(gateway.store.acceptedPosition).toBe(before);
    expect(refusals).toMatchObject([
      {
        code: 'replayed',
        route: 'agent.intents agent.intent.announced',
        principal: { kind: 'agent', id: 'helper' },
      },
      { code: 'replayed' },
    ]);
  });

  it('is a replay of what was announced over HTTP under its id', async () => {
    const { agent, feed, intent } = await frontDoor();
    await agent('POST', '/v1/tool-calls', announcement(), { 'idempotency-key': KEY });
    expect(await feed.write(intent())).toEqual(['replayed']);
  });

  it('that was taken in time stays taken when Kafka delivers it again, however late', async () => {
    const { gateway, feed, intent } = await frontDoor();
    await feed.write(intent());
    await gateway.pass(MAX_INTENT_SKEW_MS + 1);
    expect(await feed.again(0)).toBe('taken');
  });

  it.each<readonly [string, (door: Awaited<ReturnType<typeof frontDoor>>) => Promise<unknown>]>([
    [
      'its agent is disabled',
      ({ gateway }) => gateway.owner('POST', '/v1/agents/helper/disable', { reason: 'a test' }),
    ],
    [
      'its key is revoked',
      async ({ gateway }) => {
        const { body } = await gateway.owner('GET', '/v1/agents/helper/signing-keys');
        return gateway.owner('DELETE', `/v1/agents/helper/signing-keys/${body.items[0].id}`);
      },
    ],
  ])('that was taken before %s stays taken, as what followed it does', async (_when, change) => {
    const door = await frontDoor();
    const { gateway, feed, intent, redeem, report, refusals } = door;
    await feed.write(intent());
    await gateway.settled();
    expect(await feed.write(redeem('r1'), report('o1'))).toEqual(['taken', 'taken']);
    await change(door);
    await gateway.settled();
    const before = gateway.store.acceptedPosition;
    for (const offset of [0, 1, 2]) expect(await feed.again(offset)).toBe('taken');
    expect([gateway.store.acceptedPosition, feed.letters, refusals]).toEqual([before, [], []]);
    expect(await feed.write(intent({ id: 'after' }))).not.toEqual(['taken']);
  });

  it('with `redeem` is redeemed as it is authorized', async () => {
    const { gateway, feed, intent, call } = await frontDoor();
    await feed.write(intent({ data: announcement({ redeem: true }) }));
    await gateway.settled();
    expect(await call()).toMatchObject({ status: 'redeemed' });
  });
});

describe('redemption and outcome', () => {
  it('are those of the call, by its agent', async () => {
    const { gateway, feed, intent, redeem, report, call } = await frontDoor();
    await feed.write(intent());
    await gateway.settled();
    expect(await feed.write(redeem('r1'))).toEqual(['taken']);
    expect(await feed.again(1)).toBe('taken');
    expect(await feed.write(redeem('r1'), redeem('r2'))).toEqual(['replayed', 'permit_redeemed']);
    expect(await feed.write(report('o1', { result: { lines: 3 }, latency_ms: 5 }))).toEqual(['taken']);
    expect(await feed.again(4)).toBe('taken');
    expect(await feed.write(report('o1', { result: { lines: 3 }, latency_ms: 5 }))).toEqual(['replayed']);
    // The agent says the same again: no replay, and no conflict.
    expect(await feed.write(report('o2', { result: { lines: 3 }, latency_ms: 5 }))).toEqual(['taken']);
    expect(await feed.write(report('o3', { success: false }))).toEqual(['outcome_conflict']);
    await gateway.settled();
    expect(await call()).toMatchObject({
      status: 'succeeded',
      outcome: { success: true, result: { lines: 3 }, latency_ms: 5 },
    });
    const events = await gateway.store.read(`toolcall-${CALL}`);
    expect(events.map(({ type, metadata }) => [type, metadata.causation]).slice(-2)).toEqual([
      ['permit-redeemed.v1', 'r1'],
      ['tool-called.v1', 'o1'],
    ]);
  });

  it('are refused for other arguments, too early and too late', async () => {
    const { gateway, feed, intent, redeem } = await frontDoor({ judge: () => null });
    expect(await feed.write(redeem('r0'))).toEqual(['permit_invalid']);
    await feed.write(intent());
    expect(await feed.write(redeem('r1'))).toEqual(['permit_invalid']);
    await gateway.standIns.judges(CALL, 'allow');
    await gateway.settled();
    expect(await feed.write(redeem('r2', { arguments: { path: 'b' } }))).toEqual(['digest_mismatch']);
    await gateway.pass(60_000);
    expect(await feed.write(redeem('r3'))).toEqual(['expired']);
  });

  it("are no other agent's business", async () => {
    const { gateway, feed, intent } = await frontDoor();
    await gateway.owner('PUT', '/v1/agents/other', { owner: 'alice' });
    const other = await registeredSigner(gateway, 'other');
    await feed.write(intent());
    await gateway.settled();
    const time = new Date(gateway.clock.nowMs()).toISOString();
    const of = (type: string, data: object) =>
      signedIntent(other, { type, id: type, time, agentId: 'other', data: { tool_call_id: CALL, ...data } });
    expect(
      await feed.write(
        of('agent.permit.redeem', { arguments: { path: 'a' } }),
        of('agent.tool.reported', { success: true }),
      ),
    ).toEqual(['permit_invalid', 'permit_invalid']);
  });

  it('of an execution that no permit covered are recorded as such', async () => {
    const { gateway, feed, intent, report, call } = await frontDoor();
    await feed.write(intent());
    await gateway.settled();
    expect(await feed.write(report('o1'))).toEqual(['taken']);
    await gateway.settled();
    expect(await call()).toMatchObject({ status: 'succeeded', outcome: { unauthorized: true } });
  });

  it('an outcome that waited on the topic is no old one, and a disabled agent still tells what it did', async () => {
    const { gateway, feed, intent, redeem, report, call } = await frontDoor();
    await feed.write(intent());
    await gateway.settled();
    await feed.write(redeem('r1'));
    await gateway.owner('POST', '/v1/agents/helper/disable', { reason: 'a test' });
    const [waited, late] = [report('o1'), redeem('r2')];
    const writtenMs = gateway.clock.nowMs();
    await gateway.pass(MAX_INTENT_SKEW_MS + 1);
    expect(await feed.write(waited, late)).toEqual(['stale', 'stale']);
    expect(await feed.writtenAt(writtenMs, waited)).toEqual(['taken']);
    await gateway.settled();
    expect(await call()).toMatchObject({ status: 'succeeded' });
  });
});
