import { streamName } from '@countersign/event-sourcing';
import { DONE } from '@countersign/processing';
import { manualClock } from '@countersign/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { killSwitch } from '../killswitch/decide.ts';
import { createLeaseRegistry, LEASE_MS } from '../killswitch/lease.ts';
import { commandedAs, recordingHandler } from '../testing/announced-call.ts';
import { controlMessage } from '../testing/messages.ts';
import { engage, SWITCH_ID } from '../testing/registration-commands.ts';
import { createEffectiveReaction } from './effective.ts';

const ENGAGED = controlMessage('killswitch.engaged', {
  position: 9,
  subject: streamName('killswitch', SWITCH_ID),
  data: { kill_switch_id: SWITCH_ID },
});

async function engagedSwitch() {
  const recording = recordingHandler(killSwitch);
  await recording.handler.handle(ENGAGED.subject, engage(), commandedAs('engage'));
  const clock = manualClock();
  const leases = createLeaseRegistry(clock.nowMs);
  const react = createEffectiveReaction({ killSwitches: recording.handler, leases, clock });
  const types = async () => (await recording.events(ENGAGED.subject)).map(({ type }) => type);
  return { ...recording, clock, leases, react, types };
}

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

const EFFECTIVE = ['kill-switch-engaged.v1', 'kill-switch-effective.v1'];

describe('an engaged switch', () => {
  it('waits for a gateway that enforces and has not seen it', async () => {
    const { leases, react, types } = await engagedSwitch();
    const lease = leases.join(() => 0);
    lease.acknowledge({ switches: 8 });
    lease.renew();
    const reacting = react(ENGAGED);
    await vi.advanceTimersByTimeAsync(LEASE_MS);
    expect(await reacting).toMatchObject({ kind: 'again' });
    expect(await types()).toEqual(['kill-switch-engaged.v1']);
  });

  it('is effective as soon as the last gateway has seen it, without looking again', async () => {
    const { leases, react, types } = await engagedSwitch();
    const lease = leases.join(() => 0);
    lease.renew();
    const reacting = react(ENGAGED);
    lease.acknowledge({ switches: 9 });
    expect(await reacting).toEqual(DONE);
    expect(await types()).toEqual(EFFECTIVE);
  });

  it('is effective once every gateway has seen it, under its own position as epoch', async () => {
    const { leases, react, types, events } = await engagedSwitch();
    for (let n = 0; n < 2; n += 1) {
      const lease = leases.join(() => 0);
      lease.renew();
      lease.acknowledge({ switches: 9 });
    }
    expect(await react(ENGAGED)).toEqual(DONE);
    expect(await types()).toEqual(EFFECTIVE);
    expect((await events(ENGAGED.subject)).at(-1)?.data).toMatchObject({ epoch: '9' });
  });

  it('does not wait for a gateway whose lease has lapsed: that one refuses', async () => {
    const { leases, clock, react, types } = await engagedSwitch();
    leases.join(() => 0).renew();
    clock.advance(LEASE_MS);
    expect(await react(ENGAGED)).toEqual(DONE);
    expect(await types()).toEqual(EFFECTIVE);
  });

  it('becomes so once, however often it is told', async () => {
    const { react, types } = await engagedSwitch();
    await react(ENGAGED);
    expect(await react(ENGAGED)).toEqual(DONE);
    expect(await types()).toEqual(EFFECTIVE);
  });
});
