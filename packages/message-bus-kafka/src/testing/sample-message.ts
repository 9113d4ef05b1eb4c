import { randomUUID } from 'node:crypto';
import type { Message } from '@countersign/message-bus';

/** A message of an organization's stream; `n` is its sequence, its position and its data. */
export function sampleMessage(topic: string, n: number, organization = 'acme'): Message {
  return {
    id: randomUUID(),
    type: 'sample.opened',
    topic,
    service: 'samples',
    subject: `sample-${organization}`,
    sequence: n,
    position: n,
    time: '2026-11-01T10:00:00.000Z',
    organization,
    data: { n },
  };
}

/** `n` of the first `count` messages. */
export function sampleMessages(topic: string, count: number, organization?: string): Message[] {
  return Array.from({ length: count }, (_, index) => sampleMessage(topic, index + 1, organization));
}
