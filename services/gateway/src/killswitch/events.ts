import type { DomainEvent } from '@countersign/event-sourcing';
import type { Actor } from '../toolcall/events.ts';

type KillScope = 'agent' | 'tool' | 'user' | 'organization' | 'all';

/** What a switch is about; every one of its events says it. */
export interface Target {
  readonly kill_switch_id: string;
  readonly scope: KillScope;
  /** Id of the agent, tool, user or organization; `null` for scope `all`. */
  readonly target: string | null;
  readonly drill: boolean;
}

/** Personal: reason. The switch's epoch is this event's own position. */
type KillSwitchEngaged = DomainEvent<
  'kill-switch-engaged.v1',
  Target & {
    readonly by: Actor;
    readonly expires_at: string | null;
    readonly epoch: null;
    /** The installation's owner stops an organization that is not theirs; the record is that organization's. */
    readonly imposed?: true;
  }
>;

type KillSwitchEffective = DomainEvent<'kill-switch-effective.v1', Target & { readonly epoch: string }>;

/** Personal: reason. */
type KillSwitchReleased = DomainEvent<
  'kill-switch-released.v1',
  Target & { readonly by: Actor; readonly epoch: null }
>;

type KillSwitchExpired = DomainEvent<'kill-switch-expired.v1', Target & { readonly epoch: null }>;

/** Everything that the stream of a kill switch holds. */
export type KillSwitchEvent =
  | KillSwitchEngaged
  | KillSwitchEffective
  | KillSwitchReleased
  | KillSwitchExpired;
