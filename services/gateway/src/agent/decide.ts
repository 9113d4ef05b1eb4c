import { isDeepStrictEqual } from 'node:util';
import { type Decider, type Personal, type Rejection, reject } from '@countersign/event-sourcing';
import type { Actor } from '../toolcall/events.ts';
import type { AccessDefaults, AgentEvent, PublicKey, Registration } from './events.ts';
import { type Agent, evolve, initialState } from './state.ts';

/** Registers or changes. An identical registration changes nothing; `sameName`: the sealed display name is the same. */
export interface RegisterAgent {
  readonly kind: 'register';
  readonly registration: Registration;
  /** What the caller's right to change it was judged by (undefined: nothing registered); null: they may change any. */
  readonly seen: Delegation | undefined | null;
  readonly sameName: boolean;
  readonly by: Actor;
  readonly personal: Personal;
}

/** In which project an agent acts, whose it is, and for whom it acts with how much. */
type Delegation = Pick<Registration, 'project' | 'owner' | 'acts_for' | 'bounds'>;

/** Refuses every call of an agent, or lets it call again. Personal: the reason. */
export interface SwitchAgent {
  readonly kind: 'disable' | 'enable';
  readonly by: Actor;
  readonly personal: Personal;
}

/** Says what the agent may do with work intents by default. */
interface SetAccess {
  readonly kind: 'set-access';
  readonly access: AccessDefaults;
  readonly by: Actor;
}

/** Lets the agent sign with a key; `most` may be in force. One that it has changes nothing, one that was revoked stays so. */
export interface AddSigningKey {
  readonly kind: 'add-signing-key';
  readonly keyId: string;
  readonly publicKey: PublicKey;
  readonly most: number;
  readonly by: Actor;
}

interface RevokeSigningKey {
  readonly kind: 'revoke-signing-key';
  readonly keyId: string;
  readonly by: Actor;
}

/** Everything that can be asked of an agent. */
export type AgentCommand = RegisterAgent | SwitchAgent | SetAccess | AddSigningKey | RevokeSigningKey;

/** `void`: a signing key that was revoked comes back. `invalid_request`: one key too many. */
export type AgentRejection = 'not_found' | 'void' | 'invalid_request' | 'version_conflict';

type Decided = readonly AgentEvent[] | Rejection<AgentRejection>;

function decide(command: AgentCommand, state: Agent): Decided {
  const { by } = command;
  if (command.kind === 'register') {
    const { personal, seen } = command;
    const data = { ...command.registration, by };
    const present = state.status === 'none' ? undefined : state.registration;
    if (command.sameName && isDeepStrictEqual(present, command.registration)) return [];
    if (seen !== null && !isSameDelegation(present, seen))
      return reject('version_conflict', 'the agent was changed at the same time; read it and repeat');
    return present
      ? [{ type: 'agent-changed.v1', data, personal }]
      : [{ type: 'agent-registered.v1', data, personal }];
  }
  if (state.status === 'none') return reject('not_found', 'there is no such agent');
  const agent_id = state.registration.agent_id;
  switch (command.kind) {
    case 'disable':
      return state.status === 'disabled'
        ? []
        : [{ type: 'agent-disabled.v1', data: { agent_id, by }, personal: command.personal }];
    case 'enable':
      return state.status === 'enabled'
        ? []
        : [{ type: 'agent-enabled.v1', data: { agent_id, by }, personal: command.personal }];
    case 'set-access':
      return isDeepStrictEqual(state.access, command.access)
        ? []
        : [{ type: 'agent-access-set.v1', data: { agent_id, ...command.access, by } }];
    case 'add-signing-key':
      return addSigningKey(command, state);
    case 'revoke-signing-key':
      return revokeSigningKey(command, state);
  }
}

function isSameDelegation(one: Delegation | undefined, other: Delegation | undefined): boolean {
  const said = (of: Delegation | undefined) => of && [of.project, of.owner, of.acts_for, of.bounds];
  return isDeepStrictEqual(said(one), said(other));
}

type Registered = Exclude<Agent, { status: 'none' }>;

function addSigningKey(
  { keyId, publicKey, most, by }: AddSigningKey,
  { signingKeys, registration: { agent_id } }: Registered,
): Decided {
  if (signingKeys[keyId] === 'in_force') return [];
  if (signingKeys[keyId] === 'revoked')
    return reject('void', 'the key was revoked, and stays so: make another');
  const inForce = Object.values(signingKeys).filter((standing) => standing === 'in_force').length;
  if (inForce >= most)
    return reject('invalid_request', `the agent has ${inForce} signing keys in force: revoke one first`);
  const data = { agent_id, key_id: keyId, public_key: publicKey, by };
  return [{ type: 'agent-signing-key-added.v1', data }];
}

function revokeSigningKey(
  { keyId, by }: RevokeSigningKey,
  { signingKeys, registration: { agent_id } }: Registered,
): Decided {
  if (signingKeys[keyId] === undefined) return reject('not_found', 'the agent has no such signing key');
  if (signingKeys[keyId] === 'revoked') return [];
  return [{ type: 'agent-signing-key-revoked.v1', data: { agent_id, key_id: keyId, by } }];
}

/** Registered, changed, disabled and enabled; a signing key that was revoked never comes back. */
export const agent: Decider<Agent, AgentCommand, AgentEvent, AgentRejection> = {
  initial: initialState,
  evolve,
  decide,
};
