import { alwaysIdempotent, spec } from '@countersign/event-sourcing/testing';
import { describe, it } from 'vitest';
import { AT, later } from '../testing/call-commands.ts';
import {
  commandsOfAKillSwitch,
  engage,
  OWNER,
  release,
  SWITCH_ID,
} from '../testing/registration-commands.ts';
import { killSwitch } from './decide.ts';
import type { KillSwitchEvent } from './events.ts';

const target = { kill_switch_id: SWITCH_ID, scope: 'agent', target: 'helper', drill: false } as const;
const END = later(60_000);

function engaged(expires_at: string | null = null): KillSwitchEvent {
  const data = { ...target, by: OWNER, expires_at, epoch: null };
  return { type: 'kill-switch-engaged.v1', data, personal: engage().personal };
}
const effective: KillSwitchEvent = { type: 'kill-switch-effective.v1', data: { ...target, epoch: '12' } };
const released: KillSwitchEvent = {
  type: 'kill-switch-released.v1',
  data: { ...target, by: OWNER, epoch: null },
  ...('personal' in release ? { personal: release.personal } : {}),
};
const expired: KillSwitchEvent = { type: 'kill-switch-expired.v1', data: { ...target, epoch: null } };
const becomeEffective = { kind: 'become-effective', epoch: '12' } as const;
const expireAt = (time: string) => ({ kind: 'expire', time }) as const;

describe('a kill switch', () => {
  it('is engaged once', () => {
    spec(killSwitch).given().when(engage({}, END)).then(engaged(END));
    spec(killSwitch)
      .given(engaged(END))
      .when(engage({ target: 'other' }))
      .thenNothing();
  });

  it('says where it is imposed, and only there', () => {
    const { type, data, personal } = engaged();
    spec(killSwitch)
      .given()
      .when({ ...engage(), imposed: true })
      .then({ type, data: { ...data, imposed: true }, personal } as KillSwitchEvent);
  });

  it('becomes effective once, and only while it is engaged', () => {
    spec(killSwitch).given(engaged()).when(becomeEffective).then(effective);
    spec(killSwitch).given(engaged(), effective).when(becomeEffective).thenNothing();
    spec(killSwitch).given(engaged(), released).when(becomeEffective).thenNothing();
    spec(killSwitch).given().when(becomeEffective).thenNothing();
  });

  it.each([
    ['engaged', [engaged()]],
    ['effective', [engaged(), effective]],
  ])('is released while it is %s, once', (_, given) => {
    spec(killSwitch)
      .given(...given)
      .when(release)
      .then(released);
    spec(killSwitch)
      .given(...given, released)
      .when(release)
      .thenNothing();
  });

  it('that is not there, or has expired, can not be released', () => {
    spec(killSwitch).given().when(release).thenRejected('not_found');
    spec(killSwitch).given(engaged(END), expired).when(release).thenRejected('void');
  });

  it.each([
    ['engaged', [engaged(END)]],
    ['effective', [engaged(END), effective]],
  ])('expires at its time while it is %s, not before, once', (_, given) => {
    const then = spec(killSwitch).given(...given);
    then.when(expireAt(AT)).thenNothing();
    then.when(expireAt(END)).then(expired);
    spec(killSwitch)
      .given(...given, expired)
      .when(expireAt(END))
      .thenNothing();
  });

  it('without an end, or released before it, does not expire', () => {
    spec(killSwitch)
      .given(engaged(), effective)
      .when(expireAt(later(1e9)))
      .thenNothing();
    spec(killSwitch).given(engaged(END), released).when(expireAt(END)).thenNothing();
  });

  it('says that it is a drill in every event', () => {
    const drill = { ...target, drill: true };
    const command = engage({ drill: true });
    spec(killSwitch)
      .given()
      .when(command)
      .then({
        type: 'kill-switch-engaged.v1',
        data: { ...drill, by: OWNER, expires_at: null, epoch: null },
        personal: command.personal,
      });
    const history: KillSwitchEvent = {
      type: 'kill-switch-engaged.v1',
      data: { ...drill, by: OWNER, expires_at: null, epoch: null },
    };
    spec(killSwitch)
      .given(history)
      .when(becomeEffective)
      .then({ type: 'kill-switch-effective.v1', data: { ...drill, epoch: '12' } });
  });
});

it('decides nothing the second time, whatever came before', () => {
  alwaysIdempotent(killSwitch, commandsOfAKillSwitch);
});
