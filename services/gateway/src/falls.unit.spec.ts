import { createLastFalls } from '@countersign/directory';
import { createKnownWorld, type Step } from '@countersign/directory/testing';
import { describe, expect, it } from 'vitest';
import { createFalls } from './falls.ts';

const CALL = {
  ...{ organization: 'acme', agent_id: 'bot', user_id: 'alice', tool_name: 'delete' },
  ...{ tool_definition_hash: 'h1', intent_id: null },
};
const AGENT = { agent_id: 'bot', owner: 'olga', acts_for: ['alice'], project: 'web' };
const TOOL = { name: 'delete', version: 1, definition_hash: 'h1', declaration: { required_permissions: [] } };
const BEGIN: readonly Step[] = [
  ['agent.registered', 'agent-acme:bot', AGENT],
  ['tool.declared', 'tool-acme:delete', TOOL],
];
const DISABLED: Step = ['agent.disabled', 'agent-acme:bot', { agent_id: 'bot' }];
const ENABLED: Step = ['agent.enabled', 'agent-acme:bot', { agent_id: 'bot' }];

/** A call was judged after `BEGIN`; then all this has happened. `readings`: streams that were read again. */
function afterwards(...steps: readonly Step[]) {
  const { known, tell } = createKnownWorld();
  const lastFalls = createLastFalls();
  const readings: string[] = [];
  const rereadFrom: typeof known.bus.rereadFrom = (subject, ...range) => {
    readings.push(subject);
    return known.bus.rereadFrom(subject, ...range);
  };
  const positions = [...BEGIN, ...steps].map((step) => {
    const message = tell(step);
    lastFalls.apply(message);
    return message.position;
  });
  const falls = createFalls({ ...known, bus: { rereadFrom }, lastFalls });
  return { falls, readings, since: BEGIN.length, last: positions.at(-1) ?? 0 };
}

describe('what has felled a call', () => {
  it('is not looked for in the ledger while nothing has happened that can have, and told at once', () => {
    const { falls, readings, since, last } = afterwards(
      ['user.registered', 'user-acme:zoe', { user_id: 'zoe', roles: [] }],
      ['agent.disabled', 'agent-globex:bot', { agent_id: 'bot' }, 'globex'],
    );
    expect(falls.since(CALL, since)).toBeNull();
    expect(falls.between(CALL, since, last)).toBeNull();
    expect(falls.since({ ...CALL, tool_definition_hash: 'h0' }, since)).toMatchObject({
      reason: 'tool_changed',
    });
    expect(readings).toEqual([]);
  });

  it('is found there though it is undone, as far as it is asked about', async () => {
    const { falls, since, last } = afterwards(DISABLED, ENABLED);
    const disabled = { reason: 'agent_disabled' };
    expect(await falls.since(CALL, since)).toMatchObject(disabled);
    expect(await falls.since(CALL, last)).toBeNull();
    expect(await falls.between(CALL, since, last)).toMatchObject(disabled);
    expect(await falls.between(CALL, since, since)).toBeNull();
  });
});
