import { describe, expect, it } from 'vitest';
import { startAcme } from '../testing/running-approvals.ts';

describe('a question whose time is over', () => {
  it('O-HIT-5: expires at its time and not before, which is a no', async () => {
    const running = await startAcme();
    const digest = await running.upstream.asked(1, { ttlMs: 60_000 });
    await running.settled();
    running.clock.advance(59_999);
    expect(await running.expire()).toBe(0);
    running.clock.advance(1);
    expect(await running.expire()).toBe(1);
    const [, expired] = await running.events(1);
    expect(expired).toMatchObject({
      type: 'agent.approval.expired',
      time: '2026-11-21T12:01:00.000Z',
      data: { approvers: [], user_response: null },
    });
    expect(await running.decide(1, digest)).toMatchObject({ status: 410, body: { code: 'expired' } });
  });

  it('O-HIT-4: takes no answer from that moment on, even before it is written', async () => {
    const running = await startAcme();
    const digest = await running.upstream.asked(1, { ttlMs: 60_000 });
    await running.settled();
    running.clock.advance(60_000);
    expect(await running.decide(1, digest)).toMatchObject({ status: 410, body: { code: 'expired' } });
    expect(await running.steps(1)).toEqual(['requested']);
  });

  it('O-HIT-6: is written once, and not for one that has been answered', async () => {
    const running = await startAcme();
    await running.upstream.asked(1);
    const digest = await running.upstream.asked(2);
    await running.settled();
    await running.decide(2, digest);
    running.clock.advance(60_000);
    expect(await running.expire()).toBe(1);
    await running.settled();
    expect(await running.expire()).toBe(0);
    const again = await running.restart({ redeliver: true, views: 'lost' });
    expect(await again.expire()).toBe(0);
    expect(await again.steps(1)).toEqual(['requested', 'expired']);
    expect(await again.steps(2)).toEqual(['requested', 'voted', 'granted']);
  });

  it('expires after a restart, late but not never', async () => {
    const running = await startAcme();
    await running.upstream.asked(1);
    await running.settled();
    running.clock.advance(3_600_000);
    const again = await running.restart();
    expect(await again.expire()).toBe(1);
    expect(await again.steps(1)).toEqual(['requested', 'expired']);
  });
});
