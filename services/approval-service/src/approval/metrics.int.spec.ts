import { expect, it } from 'vitest';
import { startAcme } from '../testing/running-approvals.ts';

/** The value of one series of an exposition. */
const seriesValue = (text: string, series: string) =>
  text
    .split('\n')
    .find((line) => line.startsWith(`${series} `))
    ?.split(' ')[1];

it('measures what waits, how long, and how it ends', async () => {
  const running = await startAcme();
  const { upstream, clock } = running;
  const first = await upstream.asked(1);
  clock.advance(10_000);
  const second = await upstream.asked(2);
  await upstream.asked(3, { ttlMs: 30_000 });
  await running.settled();
  clock.advance(5_000);
  const waiting = await running.metrics();
  expect(seriesValue(waiting, 'approvals_pending')).toBe('3');
  expect(seriesValue(waiting, 'approvals_oldest_age_seconds')).toBe('15');

  await running.decide(1, first);
  await running.decide(2, second, 'user:carol@acme', 'deny');
  clock.advance(30_000);
  await running.expire();
  await running.settled();
  const text = await running.metrics();
  expect(seriesValue(text, 'approvals_pending')).toBe('0');
  expect(seriesValue(text, 'approvals_oldest_age_seconds')).toBe('0');
  for (const state of ['granted', 'denied', 'expired'])
    expect(seriesValue(text, `approvals_total{state="${state}"}`)).toBe('1');
  expect(seriesValue(text, 'approvals_total{state="void"}')).toBe('0');
  expect(seriesValue(text, 'approval_wait_seconds_count')).toBe('2');
  expect(seriesValue(text, 'approval_wait_seconds_sum')).toBe('20');
});

it('knows after a restart what waits, and counts no end for a second time', async () => {
  const running = await startAcme();
  const digest = await running.upstream.asked(1);
  await running.upstream.asked(2);
  await running.settled();
  await running.decide(1, digest);
  running.clock.advance(7_000);
  const again = await running.restart({ redeliver: true });
  await again.settled();
  const text = await again.metrics();
  expect(seriesValue(text, 'approvals_pending')).toBe('1');
  expect(seriesValue(text, 'approvals_oldest_age_seconds')).toBe('7');
  expect(seriesValue(text, 'approvals_total{state="granted"}')).toBe('0');
});
