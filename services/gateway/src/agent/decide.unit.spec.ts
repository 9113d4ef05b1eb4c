import { alwaysIdempotent, spec } from '@countersign/event-sourcing/testing';
import { describe, expect, it } from 'vitest';
import {
  addSigningKey,
  commandsOfAnAgent,
  OWNER,
  registerAgent,
  revokeSigningKey,
  switchAgent,
} from '../testing/registration-commands.ts';
import { agent } from './decide.ts';
import type { AgentEvent } from './events.ts';

const { registration, personal } = registerAgent();
const registered: AgentEvent = {
  type: 'agent-registered.v1',
  data: { ...registration, by: OWNER },
  personal,
};
const disable = switchAgent('disable');
const enable = switchAgent('enable');
const disabled: AgentEvent = {
  type: 'agent-disabled.v1',
  data: { agent_id: 'helper', by: OWNER },
  personal: disable.personal,
};
const enabled: AgentEvent = {
  type: 'agent-enabled.v1',
  data: { agent_id: 'helper', by: OWNER },
  personal: enable.personal,
};

describe('an agent whose right to change it was judged by what it was', () => {
  const seen = { project: 'default', owner: 'alice', acts_for: ['alice'] };
  const change = { ...registerAgent({ acts_for: [] }), seen };

  it('is changed as long as that is so', () => {
    spec(agent).given(registered).when(change).thenTypes('agent-changed.v1');
    spec(agent)
      .given(registered)
      .when({ ...change, seen: undefined })
      .thenRejected('version_conflict');
    spec(agent)
      .given(registered)
      .when({ ...change, seen: { ...seen, acts_for: ['alice', 'bob'] } })
      .thenRejected('version_conflict');
    spec(agent).given().when(change).thenRejected('version_conflict');
  });
});

describe('what an agent may do by default', () => {
  const access = { default_permission: 'write', approval_required: true } as const;
  const set = { kind: 'set-access', access, by: OWNER } as const;
  const done: AgentEvent = {
    type: 'agent-access-set.v1',
    data: { agent_id: 'helper', ...access, by: OWNER },
  };

  it('is set once, outlives what it is registered with anew, and is of nobody else', () => {
    spec(agent).given(registered).when(set).then(done);
    const changed = {
      type: 'agent-changed.v1',
      data: { ...registered.data, project: 'other' },
      personal,
    } as const;
    spec(agent)
      .given(registered, done, changed as AgentEvent)
      .when(set)
      .thenNothing();
    spec(agent).given().when(set).thenRejected('not_found');
  });

  it('is nothing until it is set', () => {
    const nothing = { default_permission: null, approval_required: false };
    spec(agent)
      .given(registered)
      .when({ ...set, access: nothing })
      .thenNothing();
  });
});

describe('registering an agent', () => {
  it('makes it exist, enabled', () => {
    spec(agent).given().when(registerAgent()).then(registered);
    spec(agent).given(registered).when(enable).thenNothing();
  });

  it('with the same again changes nothing', () => {
    spec(agent).given(registered).when(registerAgent()).thenNothing();
  });

  it('with something else changes it, and tells the whole registration', () => {
    const command = registerAgent({ acts_for: 'any' });
    spec(agent)
      .given(registered)
      .when(command)
      .then({ type: 'agent-changed.v1', data: { ...command.registration, by: OWNER }, personal });
  });

  it('under another name is a change', () => {
    const changed = agent.decide(registerAgent({}, false), agent.evolve(agent.initial, registered));
    expect(changed).toMatchObject([{ type: 'agent-changed.v1' }]);
  });

  it('does not enable one that is disabled', () => {
    const command = registerAgent({ project: 'other' });
    spec(agent).given(registered, disabled).when(command).thenTypes('agent-changed.v1');
    const changed: AgentEvent = {
      type: 'agent-changed.v1',
      data: { ...command.registration, by: OWNER },
      personal,
    };
    spec(agent).given(registered, disabled, changed).when(disable).thenNothing();
  });
});

describe('an agent', () => {
  it('is disabled once and enabled once', () => {
    spec(agent).given(registered).when(disable).then(disabled);
    spec(agent).given(registered, disabled).when(disable).thenNothing();
    spec(agent).given(registered, disabled).when(enable).then(enabled);
    spec(agent).given(registered, disabled, enabled).when(enable).thenNothing();
  });

  it('that nobody registered is not found', () => {
    spec(agent).given().when(disable).thenRejected('not_found');
    spec(agent).given().when(enable).thenRejected('not_found');
  });
});

const keyAdded = (letter: string): AgentEvent => {
  const { keyId: key_id, publicKey: public_key } = addSigningKey(letter);
  return { type: 'agent-signing-key-added.v1', data: { agent_id: 'helper', key_id, public_key, by: OWNER } };
};
const keyRevoked = (letter: string): AgentEvent => ({
  type: 'agent-signing-key-revoked.v1',
  data: { agent_id: 'helper', key_id: letter.repeat(43), by: OWNER },
});

describe('a signing key', () => {
  it('is added once and revoked once, whatever becomes of the agent', () => {
    spec(agent).given(registered).when(addSigningKey('a')).then(keyAdded('a'));
    spec(agent).given(registered, keyAdded('a')).when(addSigningKey('a')).thenNothing();
    spec(agent).given(registered, keyAdded('a'), disabled).when(revokeSigningKey('a')).then(keyRevoked('a'));
    spec(agent).given(registered, keyAdded('a'), keyRevoked('a')).when(revokeSigningKey('a')).thenNothing();
    spec(agent)
      .given(registered, keyAdded('a'), registered, disabled, enabled)
      .when(addSigningKey('a'))
      .thenNothing();
  });

  it('that was revoked does not come back', () => {
    spec(agent)
      .given(registered, keyAdded('a'), keyRevoked('a'))
      .when(addSigningKey('a'))
      .thenRejected('void');
  });

  it('beyond what may be in force takes the end of another', () => {
    const both = [registered, keyAdded('a'), keyAdded('b')] as const;
    spec(agent)
      .given(...both)
      .when(addSigningKey('c'))
      .thenRejected('invalid_request');
    spec(agent)
      .given(...both, keyRevoked('a'))
      .when(addSigningKey('c'))
      .then(keyAdded('c'));
  });

  it('of nobody, or that the agent does not have, is not found', () => {
    spec(agent).given().when(addSigningKey('a')).thenRejected('not_found');
    spec(agent).given(registered).when(revokeSigningKey('a')).thenRejected('not_found');
  });
});

it('decides nothing the second time, whatever came before', () => {
  alwaysIdempotent(agent, commandsOfAnAgent);
});
