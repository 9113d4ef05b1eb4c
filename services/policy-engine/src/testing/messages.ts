import { publicEvents } from '@countersign/contracts';
import { type JsonObject, streamName } from '@countersign/event-sourcing';
import type { Message } from '@countersign/message-bus';
import { TEST_EPOCH } from '@countersign/testing';
import { callId, definitionHash, fixtureData, READ_FILE, type StandInType } from './stand-ins.ts';

/** Messages one after another, each in its place of its stream and of the ledger. */
export function createMessages() {
  const versions = new Map<string, number>();
  let position = 0;

  const next = (
    type:
      | StandInType
      | 'role.catalog.applied'
      | 'policy.published'
      | 'policy.activated'
      | 'policy.deactivated',
    id: string,
    data: JsonObject,
    { organization = 'acme', time = TEST_EPOCH, correlation }: Partial<Message> = {},
  ): Message => {
    const { topic, service, category } = publicEvents[type];
    const subject = streamName(category, id);
    const sequence = (versions.get(subject) ?? 0) + 1;
    versions.set(subject, sequence);
    position += 1;
    return {
      id: `event-${position}`,
      type,
      topic,
      service,
      subject,
      sequence,
      position,
      time,
      organization,
      ...(correlation === undefined ? {} : { correlation }),
      data,
    };
  };
  const made = (type: StandInType, id: string, change: JsonObject, place?: Partial<Message>) =>
    next(type, id, { ...fixtureData(type), ...change }, place);

  return {
    next,
    user: (id: string, change: JsonObject = {}) =>
      made('user.registered', `acme:${id}`, { user_id: id, roles: [], ...change }),
    agent: (id: string, change: JsonObject = {}) =>
      made('agent.registered', `acme:${id}`, {
        agent_id: id,
        owner: 'alice',
        acts_for: ['alice'],
        ...change,
      }),
    disabled: (id: string) => made('agent.disabled', `acme:${id}`, { agent_id: id }),
    tool(name: string, change: JsonObject = {}) {
      const declaration = { ...READ_FILE, ...change };
      return made('tool.declared', `acme:${name}`, {
        name,
        declaration,
        definition_hash: definitionHash(declaration),
      });
    },
    withdrawn: (name: string) => made('tool.withdrawn', `acme:${name}`, { name }),
    kill: (scope: string, target: string | null, drill = false) =>
      made('killswitch.engaged', `k${position}`, { kill_switch_id: `k${position}`, scope, target, drill }),
    /** An event of a call, by `alice` with `helper` on `read-file` unless the change says otherwise. */
    ofCall: (type: StandInType, call: number, time: string, change: JsonObject = {}) =>
      made(
        type,
        callId(call),
        {
          tool_call_id: callId(call),
          agent_id: 'helper',
          user_id: 'alice',
          tool_name: 'read-file',
          ...change,
        },
        { time, correlation: callId(call) },
      ),
  };
}
