import type { JsonObject } from '@countersign/contracts';
import type { Message } from '@countersign/message-bus';

/** When the events of tests happen: one a second from here, by position. */
const EPOCH = Date.parse('2026-11-21T12:00:00.000Z');

/** RFC 3339 time of an event by its position. */
export function timeAt(position: number): string {
  return new Date(EPOCH + position * 1_000).toISOString();
}

/** Makes messages in ledger order: positions over all, sequences by stream. */
export function createLedger(organization = 'acme') {
  let position = 0;
  const sequences = new Map<string, number>();
  return {
    /** The next message of a stream, in the organization unless another is named. */
    next(type: string, subject: string, data: JsonObject, of = organization): Message {
      position += 1;
      const sequence = (sequences.get(subject) ?? 0) + 1;
      sequences.set(subject, sequence);
      return {
        id: `event-${position}`,
        type,
        topic: type.startsWith('killswitch.') ? 'agent.safety' : 'agent.control',
        service: 'gateway',
        subject,
        sequence,
        position,
        time: timeAt(position),
        organization: of,
        data,
      };
    },
  };
}

/** What `createLedger` makes. */
export type Ledger = ReturnType<typeof createLedger>;

/** The data of a role catalog in which the developer of every scope may do only what is named. */
export function developersMay(...permissions: readonly string[]): JsonObject {
  const roles = [{ role: 'developer', permissions: [...permissions] }];
  return { source: 'api', roles: { organization: roles, workspace: roles, project: roles } };
}
