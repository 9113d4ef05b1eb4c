import type { JsonObject, StreamName } from '@countersign/event-sourcing';
import { uuidV7 } from '@countersign/event-sourcing';
import type { NewEvent } from '@countersign/event-store';

/** Events as the product writes them. */
export interface Samples {
  /** A new stream and its first events. */
  batch(size: number): { stream: StreamName; events: NewEvent[] };
}

/** Time-ordered ids and events of the size that a tool call's have: some 450 bytes of JSON. */
export function createSamples(): Samples {
  const random = Buffer.alloc(10);
  const from = Date.UTC(2026, 2, 1);
  let count = 0;
  const nextId = () => {
    count += 1;
    random.writeUInt32BE((count * 2_654_435_761) % 4_294_967_296, 6);
    return uuidV7(from + (count >> 3), random);
  };
  const event = (call: string, index: number): NewEvent => ({
    type: 'agent.tool.requested',
    data: dataOf(call, index),
    metadata: { id: nextId(), time: '2026-03-01T12:00:00.000Z', organization: 'default', correlation: call },
  });
  return {
    batch(size) {
      const call = nextId();
      return {
        stream: `toolcall-${call}`,
        events: Array.from({ length: size }, (_, index) => event(call, index)),
      };
    },
  };
}

function dataOf(call: string, index: number): JsonObject {
  return {
    tool_call_id: call,
    agent_id: 'invoice-agent',
    user_id: 'owner',
    tool_name: 'filesystem.read_file',
    arguments_digest: 'n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg',
    tool_definition_hash: 'LCa0a2j_xo_5m0U8HTBBNBNCLXBkg7-g-YpeiGJm564',
    action: 'read',
    cost_micros: index,
    environment: 'development',
    requested_by: 'agent:invoice-agent',
  };
}
