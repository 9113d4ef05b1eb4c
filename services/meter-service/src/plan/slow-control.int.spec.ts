import type { JsonObject } from '@countersign/event-sourcing';
import { createMemoryCheckpoints, createMemoryEventStore } from '@countersign/event-store/memory';
import type { MessageBus } from '@countersign/message-bus';
import { manualClock } from '@countersign/testing';
import { describe, expect, it } from 'vitest';
import { closingMeters } from '../testing/open-meters.ts';
import { startOn } from '../testing/running-meter.ts';

const opened = closingMeters();
const calls = (limit: number) => ({ counters: { tool_calls: { limit, strict: true, period: 'monthly' } } });
const plans = new Map<string, JsonObject>([
  ['large', calls(10)],
  ['none', calls(0)],
]);

/** A service whose control events arrive only while the gate is open. */
async function behindAGate() {
  const gate = { open: Promise.withResolvers<void>() };
  gate.open.resolve();
  const slow = (bus: MessageBus): MessageBus => ({
    ...bus,
    follow: (options, follower) =>
      bus.follow(options, async (messages, position) => {
        await gate.open.promise;
        await follower(messages, position);
      }),
  });
  const meter = await opened(
    startOn(createMemoryEventStore(), manualClock(), createMemoryCheckpoints(), { plans }, slow),
  );
  return { meter, gate };
}

/** Enough turns for everything that does not wait for the gate. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) await new Promise(setImmediate);
}

describe('while control events are late', () => {
  it('a call waits for those before it: the changed plan holds for it', async () => {
    const { meter, gate } = await behindAGate();
    await meter.upstream.organization('acme', 'large');
    await meter.settled();
    gate.open = Promise.withResolvers();
    await meter.upstream.changePlan('acme', 'none');
    await meter.upstream.evaluated(1);
    await turns();
    expect(await meter.published()).toEqual([]);
    gate.open.resolve();
    await meter.settled();
    expect((await meter.published()).map(({ type }) => type)).toContain('agent.quota.denied');
  });

  it('a published plan is answered when it is in force', async () => {
    const { meter, gate } = await behindAGate();
    gate.open = Promise.withResolvers();
    let answered = false;
    const publishing = meter.put('/v1/plans/team', calls(3)).then((answer) => {
      answered = true;
      return answer;
    });
    await turns();
    expect(answered).toBe(false);
    gate.open.resolve();
    expect(await publishing).toMatchObject({ status: 201, body: { slug: 'team', plan: calls(3) } });
  });
});
