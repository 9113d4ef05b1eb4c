import { isDeepStrictEqual } from 'node:util';
import { type Decider, type Personal, type Rejection, reject } from '@countersign/event-sourcing';
import type { Actor } from '../toolcall/events.ts';
import type { AgentEvent, Registration } from './events.ts';
import { type Agent, evolve, initialState } from './state.ts';

/** Registers or changes. An identical registration changes nothing; `sameName`: the sealed display name is the same. */
export interface RegisterAgent {
  readonly kind: 'register';
  readonly registration: Registration;
  readonly sameName: boolean;
  readonly by: Actor;
  readonly personal: Personal;
}

export interface SwitchAgent {
  readonly kind: 'disable' | 'enable';
  readonly by: Actor;
  readonly personal: Personal;
}

export type AgentCommand = RegisterAgent | SwitchAgent;

function decide(command: AgentCommand, state: Agent): readonly AgentEvent[] | Rejection<'not_found'> {
  const { by, personal } = command;
  if (command.kind === 'register') {
    const data = { ...command.registration, by };
    if (state.status === 'none') return [{ type: 'agent-registered.v1', data, personal }];
    if (command.sameName && isDeepStrictEqual(state.registration, command.registration)) return [];
    return [{ type: 'agent-changed.v1', data, personal }];
  }
  if (state.status === 'none') return reject('not_found', 'there is no such agent');
  const agent_id = state.registration.agent_id;
  if (command.kind === 'disable') {
    return state.status === 'disabled'
      ? []
      : [{ type: 'agent-disabled.v1', data: { agent_id, by }, personal }];
  }
  return state.status === 'enabled' ? [] : [{ type: 'agent-enabled.v1', data: { agent_id, by }, personal }];
}

export const agent: Decider<Agent, AgentCommand, AgentEvent, 'not_found'> = {
  initial: initialState,
  evolve,
  decide,
};
