import type { StreamVersion } from '@countersign/event-sourcing';
import type { Position } from '../event.ts';

/** A stream's folded state, the version it stands at and the position of its last event (0: no stream). */
export interface LoadedState<State> {
  readonly state: State;
  readonly version: StreamVersion;
  readonly position: Position;
}

/** Least recently used states, keyed by stream. A cache only: dropping entries changes no answer. */
export interface StateCache<State> {
  get(stream: string): LoadedState<State> | undefined;
  set(stream: string, loaded: LoadedState<State>): void;
  delete(stream: string): void;
}

/** Default bound, in streams: the calls of a busy second. */
export const DEFAULT_CACHED_STATES = 1_000;

/** An empty cache of at most `bound` streams; the one longest unused goes first. */
export function createStateCache<State>(bound: number = DEFAULT_CACHED_STATES): StateCache<State> {
  const entries = new Map<string, LoadedState<State>>();
  return {
    get(stream) {
      const entry = entries.get(stream);
      if (entry) {
        entries.delete(stream);
        entries.set(stream, entry);
      }
      return entry;
    },
    set(stream, loaded) {
      entries.delete(stream);
      entries.set(stream, loaded);
      if (entries.size > bound) entries.delete(entries.keys().next().value as string);
    },
    delete: (stream) => void entries.delete(stream),
  };
}
