import { describe, expect, it } from 'vitest';
import { announcement, registerBasics } from '../testing/registered.ts';
import { startGateway } from '../testing/running-gateway.ts';

/** A call of helper's with a permit, and what it is reported to have come to. */
async function permitted(more: object = {}) {
  const gateway = await startGateway();
  const { agent, olga } = await registerBasics(gateway);
  const { body: call } = await agent('POST', '/v1/tool-calls', announcement(more));
  const report = (outcome: object, caller = agent) =>
    caller('POST', `/v1/tool-calls/${call.id}/outcome`, { permit: call.permit.token, ...outcome });
  const shown = async () => (await agent('GET', `/v1/tool-calls/${call.id}`)).body;
  const kept = async () =>
    (await gateway.types(`toolcall-${call.id}`)).filter((type) => type === 'tool-called.v1').length;
  const redeem = () =>
    agent('POST', '/v1/permits/redeem', { permit: call.permit.token, arguments: { path: 'a' } });
  return { gateway, agent, olga, call, report, shown, kept, redeem };
}

const DONE = { success: true, result: { bytes: 3 }, latency_ms: 12, usage: { cost_micros: 5 } };

describe('the outcome of a redeemed call', () => {
  it('is recorded, and shown with its result', async () => {
    const { report, shown } = await permitted({ redeem: true });
    expect(await report(DONE)).toMatchObject({ status: 200, body: { status: 'succeeded' } });
    expect(await shown()).toMatchObject({
      status: 'succeeded',
      outcome: { ...DONE, executed: true, late: false, unauthorized: false },
    });
  });

  it('is failed where it did not work out', async () => {
    const { report, shown } = await permitted({ redeem: true });
    expect(await report({ success: false, error: 'no such file' })).toMatchObject({
      status: 200,
      body: { status: 'failed' },
    });
    expect(await shown()).toMatchObject({ status: 'failed', outcome: { error: 'no such file' } });
  });

  it('the same again is the same answer, and recorded once', async () => {
    const { report, kept } = await permitted({ redeem: true });
    const answers = [await report(DONE), await report(DONE), await report({ ...DONE, executed: true })];
    expect(answers.map(({ status, body }) => [status, body.status])).toEqual(
      answers.map(() => [200, 'succeeded']),
    );
    expect(await kept()).toBe(1);
  });

  it('that did not run and succeeded is refused', async () => {
    const { report, shown } = await permitted({ redeem: true });
    const refused = await report({ ...DONE, executed: false });
    expect(refused).toMatchObject({ status: 400, body: { errors: [{ pointer: '/success' }] } });
    expect(await shown()).toMatchObject({ status: 'redeemed' });
  });

  it.each([
    ['another result', { ...DONE, result: { bytes: 4 } }],
    ['no success', { ...DONE, success: false }],
    ['an error', { ...DONE, error: 'late thought' }],
    ['that nothing ran', { ...DONE, success: false, executed: false }],
    ['another latency', { ...DONE, latency_ms: 13 }],
    ['another usage', { ...DONE, usage: { cost_micros: 6 } }],
    ['no usage', { success: true, result: { bytes: 3 }, latency_ms: 12 }],
  ])('another one is a conflict: %s', async (_, other) => {
    const { report, kept, shown } = await permitted({ redeem: true });
    await report(DONE);
    expect(await report(other)).toMatchObject({ status: 409, body: { code: 'outcome_conflict' } });
    expect(await kept()).toBe(1);
    expect(await shown()).toMatchObject({ outcome: DONE });
  });

  it('says that nothing ran', async () => {
    const { report, shown } = await permitted({ redeem: true });
    expect(await report({ success: false, executed: false })).toMatchObject({ status: 200 });
    expect(await shown()).toMatchObject({ status: 'failed', outcome: { executed: false } });
  });

  it('that came after it was given up is kept as late, and replaces that', async () => {
    const { gateway, report, shown } = await permitted({ redeem: true });
    await gateway.pass(899_999);
    expect((await shown()).status).toBe('redeemed');
    await gateway.pass(1);
    expect((await shown()).status).toBe('abandoned');
    expect(await report(DONE)).toMatchObject({ status: 200, body: { status: 'succeeded' } });
    expect(await report(DONE)).toMatchObject({ status: 200 });
    expect(await shown()).toMatchObject({ status: 'succeeded', outcome: { late: true } });
  });

  it('is taken from whoever has its permit', async () => {
    const { gateway, report } = await permitted({ redeem: true });
    const runner = await gateway.as('service', 'runner');
    expect(await report(DONE, runner)).toMatchObject({ status: 200 });
  });
});

const UNAUTHORIZED = { status: 403, body: { code: 'permit_invalid', unauthorized: true } };

describe('an outcome that no permit covers', () => {
  it('of a permit that was never redeemed is kept, and ends the permit', async () => {
    const { report, shown, redeem, gateway, call } = await permitted();
    expect(await report(DONE)).toMatchObject({
      ...UNAUTHORIZED,
      body: { ...UNAUTHORIZED.body, tool_call_id: call.id, call_status: 'succeeded' },
    });
    expect(await redeem()).toMatchObject({ status: 410, body: { code: 'void' } });
    await gateway.pass(60_000);
    expect(await shown()).toMatchObject({ status: 'succeeded', outcome: { unauthorized: true } });
  });

  it('of a lapsed permit is kept, and leaves the call lapsed', async () => {
    const { gateway, report, shown } = await permitted();
    await gateway.pass(60_000);
    expect(await report(DONE)).toMatchObject(UNAUTHORIZED);
    expect(await shown()).toMatchObject({ status: 'lapsed', outcome: { unauthorized: true, success: true } });
  });

  it('of a void permit is kept, and leaves the call blocked', async () => {
    const { gateway, olga, report, shown } = await permitted();
    await olga('POST', '/v1/kill-switches', { scope: 'tool', target: 'read-file', reason: 'stop' });
    await gateway.settled();
    expect(await report(DONE)).toMatchObject(UNAUTHORIZED);
    expect(await shown()).toMatchObject({ status: 'blocked', outcome: { unauthorized: true } });
  });

  it('is recorded once, and answered so every time', async () => {
    const { report, kept } = await permitted();
    await report(DONE);
    expect(await report(DONE)).toMatchObject(UNAUTHORIZED);
    expect(await report({ ...DONE, success: false })).toMatchObject({ status: 409 });
    expect(await kept()).toBe(1);
  });
});

describe('an outcome', () => {
  it('needs the permit of its own call', async () => {
    const { agent, call, report, kept } = await permitted({ redeem: true });
    const { body: other } = await agent('POST', '/v1/tool-calls', announcement({ redeem: true }));
    for (const permit of [other.permit.token, `${call.permit.token.slice(0, -3)}AAA`, 'csp_none']) {
      expect(await report({ success: true, permit })).toMatchObject({
        status: 403,
        body: { code: 'permit_invalid' },
      });
    }
    expect(await kept()).toBe(0);
  });

  it('is one among many who report at once', async () => {
    const { report, kept } = await permitted({ redeem: true });
    const answers = await Promise.all([report(DONE), report({ success: false }), report(DONE)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 409]);
    expect(await kept()).toBe(1);
  });
});
