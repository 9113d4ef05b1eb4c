import { describe, expect, it } from 'vitest';
import { playCalls, teamPlan } from '../testing/calls.ts';
import { closingMeters } from '../testing/open-meters.ts';
import { type RunningMeter, startMeter } from '../testing/running-meter.ts';
import { callId } from '../testing/upstream.ts';

const TWO_WEEKS = 14 * 86_400_000;
const plenty = teamPlan(1_000);
const opened = closingMeters();

/** The next month's first call, with which the book of this month closes and forgets. */
async function nextMonth(meter: RunningMeter, call: number, ms = TWO_WEEKS): Promise<void> {
  meter.clock.advance(ms);
  await meter.upstream.evaluated(call);
  await meter.settled();
}

async function quotaOf(meter: RunningMeter, call: number): Promise<unknown[]> {
  const ofCall = (await meter.published()).filter(({ data }) => data.tool_call_id === callId(call));
  return ofCall.map(({ type, data }) => [type.replace('agent.quota.', ''), data.cause]);
}

describe('a call that the open book has forgotten', () => {
  it('is charged once when it turns out to have run', async () => {
    let meter = await opened(startMeter(plenty));
    await meter.upstream.organization('acme', 'team');
    await meter.upstream.evaluated(1, { cost: 30 });
    await meter.upstream.lapsed(1);
    await meter.settled();
    await nextMonth(meter, 2);
    await meter.upstream.called(1, { unauthorized: true, usage: { cost_micros: 20 } });
    await meter.settled();
    const charged = [
      ['reserved', undefined],
      ['released', 'released'],
      ['adjusted', 'unreserved'],
    ];
    expect(await quotaOf(meter, 1)).toEqual(charged);
    expect(await meter.meters('?scope=user:alice')).toMatchObject([{ key: 'tool_cost', used: 20 }]);

    await nextMonth(meter, 3, 2 * TWO_WEEKS);
    meter = await opened(meter.restart({ redeliver: true }));
    await meter.settled();
    expect(await quotaOf(meter, 1)).toEqual(charged);
  });

  it('is not charged for an outcome that no evaluation let through', async () => {
    const meter = await opened(startMeter(plenty));
    await meter.upstream.organization('acme', 'team');
    await meter.upstream.evaluated(1, { verdict: 'deny' });
    await meter.upstream.called(1, { unauthorized: true });
    await meter.settled();
    expect(await meter.published()).toEqual([]);
    expect(meter.logs().map(({ tool_call_id }) => tool_call_id)).toEqual([callId(1)]);
  });

  it('is left alone when everything comes once more', async () => {
    let meter = await opened(startMeter(plenty));
    await meter.upstream.organization('acme', 'team');
    await playCalls(meter.upstream, 100);
    await meter.upstream.blocked(1, 'undecided');
    await meter.upstream.called(101, { unauthorized: true });
    await meter.settled();
    await nextMonth(meter, 2);
    const before = await meter.published();
    meter = await opened(meter.restart({ redeliver: true }));
    await meter.settled();
    expect(await meter.published()).toEqual(before);
    expect(meter.logs()).toEqual([]);
  });
});
