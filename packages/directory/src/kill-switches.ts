import type { KillSwitchEngaged } from '@countersign/contracts';
import type { Message } from '@countersign/message-bus';
import { FIRST_ORGANIZATION } from './keys.ts';

/** The topic that the board is folded from. */
export const KILL_SWITCH_TOPICS = ['agent.safety'] as const;
/** What of the topic concerns it: the other events there are as many as there are refused calls. */
export const KILL_SWITCH_TYPES = [
  'killswitch.engaged',
  'killswitch.effective',
  'killswitch.released',
  'killswitch.expired',
] as const;

/** `engaged` stops calls already; `effective` says that no gateway can miss it. */
export type KillSwitchState = 'engaged' | 'effective' | 'released' | 'expired';

/** A switch as the events tell. */
export interface KillSwitch {
  readonly id: string;
  /** Whose record it is in: who is stopped, or of scope `all` (which reaches every organization) who stops. */
  readonly organization: string;
  /** The installation's owner has stopped an organization that is not theirs. */
  readonly imposed: boolean;
  readonly scope: KillSwitchEngaged['scope'];
  readonly target: string | null;
  readonly drill: boolean;
  readonly state: KillSwitchState;
  readonly expiresAt: string | null;
  /** Position of each step that has happened. */
  readonly positions: { readonly [State in KillSwitchState]?: number };
  /**
   * What epochs of authorizations are compared with: where the engaging event stood when `effective` was written. It stands
   * elsewhere in a ledger that was copied, and the epochs that were recorded until then did not move with it.
   */
  readonly epoch: number;
  /** The engaging event; its reason can be opened. */
  readonly engaged: Message;
}

/** What a kill switch can stop: everything that a call touches. */
export interface KillSubject {
  readonly organization: string;
  readonly agent_id: string;
  readonly tool_name: string;
  readonly user_id: string;
}

/** Whether the switch's scope holds the subject, drill or not. */
export function inScope(
  killSwitch: Pick<KillSwitch, 'scope' | 'target' | 'organization'>,
  subject: KillSubject,
): boolean {
  if (killSwitch.scope === 'all') return true;
  if (killSwitch.scope === 'organization') return killSwitch.target === subject.organization;
  if (killSwitch.organization !== subject.organization) return false;
  switch (killSwitch.scope) {
    case 'agent':
      return killSwitch.target === subject.agent_id;
    case 'tool':
      return killSwitch.target === subject.tool_name;
    default:
      return killSwitch.target === subject.user_id;
  }
}

/** All kill switches as the events up to now tell; the same fold in every service. */
export interface KillSwitchBoard {
  /** Switches that stop the subject now; drills stop nothing. */
  stops(subject: KillSubject): KillSwitch[];
  /**
   * The switch that makes an authorization or redemption void: one in scope, not a drill, whose `effective` stands
   * before the event although the event's epoch is older than the switch. `undefined` if it stands.
   */
  voids(subject: KillSubject, event: { position: number; killEpoch: number }): KillSwitch | undefined;
  get(id: string): KillSwitch | undefined;
  /** Switches of an organization, those of others that reach it, and for the installation's owner what they imposed. */
  list(organization: string): KillSwitch[];
  /** Switches that are in force, drills included. */
  active(): readonly KillSwitch[];
  /** Position of the last switch event folded: the epoch of what is decided now. */
  epoch(): number;
  /** Folds one switch event; repeated ones and foreign types change nothing. */
  apply(message: Message): void;
}

const STATES: { readonly [type: string]: KillSwitchState } = {
  'killswitch.engaged': 'engaged',
  'killswitch.effective': 'effective',
  'killswitch.released': 'released',
  'killswitch.expired': 'expired',
};

/** An empty board; give it every event of `KILL_SWITCH_TYPES`. */
export function createKillSwitchBoard(): KillSwitchBoard {
  const switches = new Map<string, KillSwitch>();
  /** Those that stop something; few, so a call checks them one by one. */
  const stopping = new Map<string, KillSwitch>();
  let active: readonly KillSwitch[] = [];
  /** Those that ever became effective, by epoch: what was decided lately is held against the last few. */
  const effective: KillSwitch[] = [];
  /** Last sequence per stream. Not the position: the bus keeps the order of one organization, not of all. */
  const seen = new Map<string, number>();
  let epoch = 0;

  const next = (message: Message, state: KillSwitchState): KillSwitch | undefined => {
    const data = message.data as unknown as KillSwitchEngaged;
    const known = switches.get(data.kill_switch_id);
    const positions = { ...known?.positions, [state]: message.position };
    if (known) {
      const epoch = state === 'effective' ? Number(data.epoch ?? known.epoch) : known.epoch;
      return { ...known, state, positions, epoch };
    }
    if (state !== 'engaged') return undefined;
    return {
      id: data.kill_switch_id,
      organization: message.organization,
      imposed: data.imposed === true || isInAnotherRecord(message),
      scope: data.scope,
      target: data.target,
      drill: data.drill,
      state,
      expiresAt: data.expires_at,
      positions,
      epoch: message.position,
      engaged: message,
    };
  };

  return {
    stops: (subject) => active.filter((one) => !one.drill && inScope(one, subject)),
    voids(subject, event) {
      for (let at = effective.length - 1; at >= 0; at -= 1) {
        const one = effective[at]!;
        if (one.epoch <= event.killEpoch) return undefined;
        if (one.positions.effective! <= event.position && inScope(one, subject)) return one;
      }
      return undefined;
    },
    get: (id) => switches.get(id),
    list: (organization) =>
      [...switches.values()].filter(
        (one) =>
          one.organization === organization ||
          one.scope === 'all' ||
          (one.imposed && organization === FIRST_ORGANIZATION) ||
          (one.scope === 'organization' && one.target === organization),
      ),
    active: () => active,
    epoch: () => epoch,
    apply(message) {
      const state = STATES[message.type];
      if (state === undefined || (seen.get(message.subject) ?? 0) >= message.sequence) return;
      seen.set(message.subject, message.sequence);
      epoch = Math.max(epoch, message.position);
      const changed = next(message, state);
      if (!changed) return;
      switches.set(changed.id, changed);
      if (state === 'engaged' || state === 'effective') stopping.set(changed.id, changed);
      else stopping.delete(changed.id);
      active = [...stopping.values()];
      if (state !== 'effective' || changed.drill) return;
      effective.splice(effective.findLastIndex(({ epoch }) => epoch <= changed.epoch) + 1, 0, changed);
    },
  };
}

/** A switch on an organization was once recorded by whoever engaged it, also where that was somebody else. */
function isInAnotherRecord({ organization, data }: Message): boolean {
  return data.scope === 'organization' && data.target !== organization;
}
