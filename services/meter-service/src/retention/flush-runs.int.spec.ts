import { createMemoryCheckpoints, createMemoryEventStore } from '@countersign/event-store/memory';
import { manualClock } from '@countersign/testing';
import { describe, expect, it } from 'vitest';
import { closingMeters } from '../testing/open-meters.ts';
import { type RunningMeter, startOn } from '../testing/running-meter.ts';
import { FLUSH_DEAD_AFTER_MS } from './flush.ts';

const opened = closingMeters();
const MINUTE = 60_000;
const PLAN = { counters: { traces_ingested: { retention: 60 }, events_ingested: { retention: 60 } } };

/** Three instances on one ledger, beside an organization whose plan keeps things for an hour. */
async function three() {
  const store = createMemoryEventStore();
  const clock = manualClock('2026-11-21T12:00:00.000Z');
  const start = () =>
    opened(startOn(store, clock, createMemoryCheckpoints(), { plans: new Map([['team', PLAN]]) }));
  const [first, second, third] = [await start(), await start(), await start()];
  await first.upstream.organization('acme', 'team');
  const meters = [first, second, third];
  const settled = () => Promise.all(meters.map((meter) => meter.settled()));
  await settled();
  const flush = async (meter: RunningMeter, path = '/v1/retention/traces/flush') => {
    const headers = { authorization: 'Bearer owner' };
    const answer = await meter.app.inject({ method: 'POST', url: path, headers });
    return answer.json().status as string;
  };
  const flushed = async () =>
    (await first.published('agent.control'))
      .filter(({ type }) => type === 'retention.flushed')
      .map(({ data }) => `${data.domain} ${data.before}`);
  return { store, clock, meters, first, second, settled, flush, flushed };
}

describe('of several instances', () => {
  it('A-RET-5: one flushes at a time, whichever is asked and by whatever path', async () => {
    const { store, clock, meters, first, flush } = await three();
    const paths = ['/v1/retention/traces/flush', '/admin/spans/flush'];
    const answers = await Promise.all(meters.flatMap((meter) => paths.map((path) => flush(meter, path))));
    const runs = await store.read(`flushrun-traces-${Math.floor(clock.nowMs() / (30 * MINUTE))}`);
    const done = answers.filter((status) => status === 'success').length;
    expect(answers.filter((status) => status === 'skipped')).toHaveLength(answers.length - done);
    const inTurn = Array.from({ length: done }, () => ['flush-begun.v1', 'flush-ended.v1']);
    expect(runs.map(({ type }) => type)).toEqual(inTurn.flat());
    // The other domain is apart, and when it is over it is the next one's turn.
    expect(await flush(first, '/admin/events/flush')).toBe('success');
    for (const meter of meters) expect(await flush(meter)).toBe('success');
  });

  it('A-RET-6: one flushes each half hour of the clock', async () => {
    const { clock, meters, settled, flushed } = await three();
    for (let minute = 0; minute < 75; minute += 1) {
      clock.advance(MINUTE);
      await Promise.all(meters.map((meter) => meter.expire()));
      await settled();
    }
    expect((await flushed()).sort()).toEqual([
      'events 2026-11-21T11:07:00.000Z',
      'events 2026-11-21T11:37:00.000Z',
      'events 2026-11-21T12:07:00.000Z',
      'traces 2026-11-21T11:30:00.000Z',
      'traces 2026-11-21T12:00:00.000Z',
    ]);
  });

  it('another goes on when one has died in the middle, and not before', async () => {
    const { store, clock, second, flush } = await three();
    const slot = Math.floor(clock.nowMs() / (30 * MINUTE));
    const data = { run_id: 'dead', scheduled: false, until: clock.nowMs() + FLUSH_DEAD_AFTER_MS };
    const metadata = { id: 'begun', time: '2026-11-21T12:00:00.000Z', organization: 'default' };
    const begun = { type: 'flush-begun.v1', data, metadata };
    await store.append(`flushrun-traces-${slot}`, 'no-stream', [begun]).durable;
    expect(await flush(second)).toBe('skipped');
    clock.advance(FLUSH_DEAD_AFTER_MS - 1);
    expect(await flush(second)).toBe('skipped');
    clock.advance(1);
    expect(await flush(second)).toBe('success');
  });

  it('none flushes while one that began in the half hour before is under way', async () => {
    const { store, clock, second, flush } = await three();
    const slot = Math.floor(clock.nowMs() / (30 * MINUTE)) - 1;
    const data = { run_id: 'long', scheduled: true, until: clock.nowMs() + MINUTE };
    const metadata = { id: 'begun', time: '2026-11-21T11:59:00.000Z', organization: 'default' };
    await store.append(`flushrun-traces-${slot}`, 'no-stream', [{ type: 'flush-begun.v1', data, metadata }])
      .durable;
    expect(await flush(second)).toBe('skipped');
    clock.advance(MINUTE);
    expect(await flush(second)).toBe('success');
  });
});
