import type { AgentEvent, Registration } from './events.ts';

export type Agent =
  | { readonly status: 'none' }
  | { readonly status: 'enabled' | 'disabled'; readonly registration: Registration };

export const initialState: Agent = { status: 'none' };

export function evolve(state: Agent, event: AgentEvent): Agent {
  switch (event.type) {
    case 'agent-registered.v1':
    case 'agent-changed.v1': {
      const { by: _, ...registration } = event.data;
      return { status: state.status === 'disabled' ? 'disabled' : 'enabled', registration };
    }
    case 'agent-disabled.v1':
      return state.status === 'none' ? state : { ...state, status: 'disabled' };
    case 'agent-enabled.v1':
      return state.status === 'none' ? state : { ...state, status: 'enabled' };
    default:
      return state;
  }
}
