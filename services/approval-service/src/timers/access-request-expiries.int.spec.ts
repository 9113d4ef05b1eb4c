import { describe, expect, it } from 'vitest';
import { startAcme } from '../testing/running-approvals.ts';

const INTENT = '019a5b0e-7c1a-7d3e-9f00-2b6c1d4e8a11';
const PATH = `/api/v1/intents/${INTENT}/access-requests`;
const DAY_MS = 86_400_000;

async function asked() {
  const running = await startAcme();
  await running.upstream.workIntent(INTENT);
  await running.settled();
  const { status, body } = await running.post(PATH, { requested_permission: 'write' }, 'agent:helper@acme');
  expect(status).toBe(201);
  return { running, id: String(body.id) };
}

describe('a request for access whose time is over', () => {
  it('expires at its time and not before, which is a no', async () => {
    const { running, id } = await asked();
    running.clock.advance(DAY_MS - 1);
    expect(await running.expire()).toBe(0);
    running.clock.advance(1);
    expect(await running.expire()).toBe(1);
    await running.settled();
    const { body } = await running.get(PATH);
    expect(body.access_requests).toMatchObject([
      {
        id,
        status: 'denied',
        decision_reason: 'expired',
        decided_by: null,
        decision: { outcome: 'expired' },
      },
    ]);
    expect(await running.post(`${PATH}/${id}/approve`, {})).toMatchObject({
      status: 410,
      body: { error: 'expired' },
    });
    expect(await running.expire()).toBe(0);
  });

  it('O-HIT-4: takes no answer from that moment on, even before it is written', async () => {
    const { running, id } = await asked();
    running.clock.advance(DAY_MS);
    for (const verb of ['approve', 'deny'])
      expect((await running.post(`${PATH}/${id}/${verb}`, {})).status).toBe(410);
  });

  it('can be asked anew', async () => {
    const { running, id } = await asked();
    expect((await running.post(PATH, { requested_permission: 'read' }, 'agent:helper@acme')).status).toBe(
      409,
    );
    running.clock.advance(DAY_MS);
    await running.expire();
    await running.settled();
    const again = await running.post(PATH, { requested_permission: 'read' }, 'agent:helper@acme');
    expect(again.status).toBe(201);
    expect(again.body.id).not.toBe(id);
  });

  it('is the same after a restart that has lost its views', async () => {
    const { running, id } = await asked();
    await running.post(`${PATH}/${id}/deny`, { reason: 'no' });
    await running.settled();
    const before = await running.get(PATH);
    const again = await running.restart({ redeliver: true, views: 'lost' });
    expect(await again.get(PATH)).toEqual(before);
  });
});
