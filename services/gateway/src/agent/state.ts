import type { AccessDefaults, AgentEvent, Registration } from './events.ts';

/** Keys by id, also revoked ones: what is revoked stays so. */
export type SigningKeys = { readonly [keyId: string]: 'in_force' | 'revoked' };

/** An agent as far as its stream decides: signing keys stand apart, because they are never forgotten. */
export type Agent =
  | { readonly status: 'none'; readonly signingKeys: SigningKeys }
  | {
      readonly status: 'enabled' | 'disabled';
      readonly registration: Registration;
      readonly access: AccessDefaults;
      readonly signingKeys: SigningKeys;
    };

/** What an agent has of which nothing is said: nothing. */
const NO_ACCESS: AccessDefaults = { default_permission: null, approval_required: false };

/** Before the first event of an agent. */
export const initialState: Agent = { status: 'none', signingKeys: {} };

/** An agent after one event more; unknown ones change nothing. */
export function evolve(state: Agent, event: AgentEvent): Agent {
  switch (event.type) {
    case 'agent-registered.v1':
    case 'agent-changed.v1': {
      const { by: _, ...registration } = event.data;
      const status = state.status === 'disabled' ? 'disabled' : 'enabled';
      const access = state.status === 'none' ? NO_ACCESS : state.access;
      return { status, registration, access, signingKeys: state.signingKeys };
    }
    case 'agent-disabled.v1':
      return state.status === 'none' ? state : { ...state, status: 'disabled' };
    case 'agent-enabled.v1':
      return state.status === 'none' ? state : { ...state, status: 'enabled' };
    case 'agent-access-set.v1': {
      const { default_permission, approval_required } = event.data;
      return state.status === 'none'
        ? state
        : { ...state, access: { default_permission, approval_required } };
    }
    case 'agent-signing-key-added.v1':
      return { ...state, signingKeys: { ...state.signingKeys, [event.data.key_id]: 'in_force' } };
    case 'agent-signing-key-revoked.v1':
      return { ...state, signingKeys: { ...state.signingKeys, [event.data.key_id]: 'revoked' } };
    default:
      return state;
  }
}
