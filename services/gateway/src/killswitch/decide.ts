import { type Decider, type Personal, type Rejection, reject } from '@countersign/event-sourcing';
import type { Actor } from '../toolcall/events.ts';
import type { KillSwitchEvent, Target } from './events.ts';
import { evolve, initialState, type KillSwitchState } from './state.ts';

/** Stops what is in scope. Personal: the reason. */
export interface Engage {
  readonly kind: 'engage';
  readonly target: Target;
  readonly by: Actor;
  /** By the installation's owner, on an organization that is not theirs. */
  readonly imposed: boolean;
  readonly expiresAt: string | null;
  readonly personal: Personal;
}

/** Every live lease has acknowledged the switch, or has lapsed. `epoch`: position of the engaging event. */
interface BecomeEffective {
  readonly kind: 'become-effective';
  readonly epoch: string;
}

interface Release {
  readonly kind: 'release';
  readonly by: Actor;
  readonly personal: Personal;
}

interface Expire {
  readonly kind: 'expire';
  readonly time: string;
}

/** Everything that can be asked of a kill switch. */
export type KillSwitchCommand = Engage | BecomeEffective | Release | Expire;

function decide(
  command: KillSwitchCommand,
  state: KillSwitchState,
): readonly KillSwitchEvent[] | Rejection<'not_found' | 'void'> {
  switch (command.kind) {
    case 'engage':
      if (state.status !== 'none') return [];
      return [
        {
          type: 'kill-switch-engaged.v1',
          data: {
            ...command.target,
            by: command.by,
            expires_at: command.expiresAt,
            epoch: null,
            ...(command.imposed ? { imposed: true } : {}),
          },
          personal: command.personal,
        },
      ];
    case 'become-effective':
      if (state.status !== 'engaged') return [];
      return [{ type: 'kill-switch-effective.v1', data: { ...state.target, epoch: command.epoch } }];
    case 'release':
      if (state.status === 'none') return reject('not_found', 'there is no such kill switch');
      if (state.status === 'expired') return reject('void', 'the kill switch has expired');
      if (state.status === 'released') return [];
      return [
        {
          type: 'kill-switch-released.v1',
          data: { ...state.target, by: command.by, epoch: null },
          personal: command.personal,
        },
      ];
    case 'expire':
      if (state.status !== 'engaged' && state.status !== 'effective') return [];
      if (state.expiresAt === null || command.time < state.expiresAt) return [];
      return [{ type: 'kill-switch-expired.v1', data: { ...state.target, epoch: null } }];
  }
}

/** Engaged, effective, and ended once: by somebody or by its time. */
export const killSwitch: Decider<KillSwitchState, KillSwitchCommand, KillSwitchEvent, 'not_found' | 'void'> =
  {
    initial: initialState,
    evolve,
    decide,
  };
