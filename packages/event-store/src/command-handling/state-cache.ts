import type { StreamVersion } from '@countersign/event-sourcing';
import type { Position } from '../event.ts';
import { createRecentlyUsed, type RecentlyUsed } from '../recently-used.ts';

/** A stream's folded state, the version it stands at and the position of its last event (0: no stream). */
export interface LoadedState<State> {
  readonly state: State;
  readonly version: StreamVersion;
  readonly position: Position;
}

/** The states used last, by stream. A cache only: dropping entries changes no answer. */
export type StateCache<State> = Pick<RecentlyUsed<LoadedState<State>>, 'get' | 'set' | 'delete'>;

/** Default bound, in streams: the calls of a busy second. */
export const DEFAULT_CACHED_STATES = 1_000;

/** An empty cache of at most `bound` streams; the one longest unused goes first. */
export function createStateCache<State>(bound: number = DEFAULT_CACHED_STATES): StateCache<State> {
  return createRecentlyUsed(bound);
}
