import type { AgentEvent, Registration } from './events.ts';

/** Keys by id, also revoked ones: what is revoked stays so. */
export type SigningKeys = { readonly [keyId: string]: 'in_force' | 'revoked' };

export type Agent =
  | { readonly status: 'none'; readonly signingKeys: SigningKeys }
  | {
      readonly status: 'enabled' | 'disabled';
      readonly registration: Registration;
      readonly signingKeys: SigningKeys;
    };

export const initialState: Agent = { status: 'none', signingKeys: {} };

export function evolve(state: Agent, event: AgentEvent): Agent {
  switch (event.type) {
    case 'agent-registered.v1':
    case 'agent-changed.v1': {
      const { by: _, ...registration } = event.data;
      const status = state.status === 'disabled' ? 'disabled' : 'enabled';
      return { status, registration, signingKeys: state.signingKeys };
    }
    case 'agent-disabled.v1':
      return state.status === 'none' ? state : { ...state, status: 'disabled' };
    case 'agent-enabled.v1':
      return state.status === 'none' ? state : { ...state, status: 'enabled' };
    case 'agent-signing-key-added.v1':
      return { ...state, signingKeys: { ...state.signingKeys, [event.data.key_id]: 'in_force' } };
    case 'agent-signing-key-revoked.v1':
      return { ...state, signingKeys: { ...state.signingKeys, [event.data.key_id]: 'revoked' } };
    default:
      return state;
  }
}
