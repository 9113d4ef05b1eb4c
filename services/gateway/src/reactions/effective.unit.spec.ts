import { streamName } from '@countersign/event-sourcing';
import { DONE } from '@countersign/processing';
import { manualClock } from '@countersign/testing';
import { describe, expect, it } from 'vitest';
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
  const leases = createLeaseRegistry();
  const react = createEffectiveReaction({ killSwitches: recording.handler, leases, clock });
  const types = async () => (await recording.events(ENGAGED.subject)).map(({ type }) => type);
  return { ...recording, clock, leases, react, types };
}

const EFFECTIVE = ['kill-switch-engaged.v1', 'kill-switch-effective.v1'];

describe('an engaged switch', () => {
  it('waits for a gateway that enforces and has not seen it', async () => {
    const { leases, clock, react, types } = await engagedSwitch();
    const lease = leases.join('gateway');
    lease.acknowledge(8);
    lease.renew(clock.nowMs());
    expect(await react(ENGAGED)).toMatchObject({ kind: 'again' });
    expect(await types()).toEqual(['kill-switch-engaged.v1']);
  });

  it('is effective once every gateway has seen it, under its own position as epoch', async () => {
    const { leases, clock, react, types, events } = await engagedSwitch();
    for (const name of ['one', 'two']) {
      const lease = leases.join(name);
      lease.renew(clock.nowMs());
      lease.acknowledge(9);
    }
    expect(await react(ENGAGED)).toEqual(DONE);
    expect(await types()).toEqual(EFFECTIVE);
    expect((await events(ENGAGED.subject)).at(-1)?.data).toMatchObject({ epoch: '9' });
  });

  it('does not wait for a gateway whose lease has lapsed: that one refuses', async () => {
    const { leases, clock, react, types } = await engagedSwitch();
    leases.join('gateway').renew(clock.nowMs());
    expect(await react(ENGAGED)).toMatchObject({ kind: 'again' });
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
