import type { KillSwitchEvent, Target } from './events.ts';

/** A switch as far as its stream decides. */
export type KillSwitchState =
  | { readonly status: 'none' }
  | { readonly status: 'engaged' | 'effective'; readonly target: Target; readonly expiresAt: string | null }
  | { readonly status: 'released' | 'expired'; readonly target: Target };

/** Before the first event of a kill switch. */
export const initialState: KillSwitchState = { status: 'none' };

/** A kill switch after one event more; unknown ones change nothing. */
export function evolve(state: KillSwitchState, event: KillSwitchEvent): KillSwitchState {
  if (event.type === 'kill-switch-engaged.v1') {
    const { kill_switch_id, scope, target, drill } = event.data;
    const of = { kill_switch_id, scope, target, drill };
    return { status: 'engaged', target: of, expiresAt: event.data.expires_at };
  }
  if (state.status === 'none') return state;
  switch (event.type) {
    case 'kill-switch-effective.v1':
      return state.status === 'engaged' ? { ...state, status: 'effective' } : state;
    case 'kill-switch-released.v1':
      return { status: 'released', target: state.target };
    case 'kill-switch-expired.v1':
      return { status: 'expired', target: state.target };
    default:
      return state;
  }
}
