import type { Status, WorkIntentEvent } from './events.ts';

/** What counts for the next change of a work intent; no status while there is none. */
export interface WorkIntent {
  readonly version: number;
  readonly status: Status | null;
}

/** Before the first event of a work intent. */
export const initialState: WorkIntent = { version: 0, status: null };

/** A work intent after one event more; unknown ones change nothing. */
export function evolve(state: WorkIntent, event: WorkIntentEvent): WorkIntent {
  switch (event.type) {
    case 'work-intent-created.v1':
      return { version: 1, status: 'draft' };
    case 'work-intent-state-changed.v1':
      return { ...state, version: event.data.version };
    case 'work-intent-status-changed.v1':
      return { version: event.data.version, status: event.data.to };
    default:
      return state;
  }
}
