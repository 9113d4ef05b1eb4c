import { readdirSync, readFileSync } from 'node:fs';
import { type CloudEvent, findPublicEvent, schemasDirectory } from '@countersign/contracts';
import type { Message } from '@countersign/message-bus';

/** A golden public event, and the message that it left the bus as. */
export interface FixtureMessage {
  readonly file: string;
  readonly event: CloudEvent;
  readonly message: Message;
}

/** Every golden public event of which the bus carries just this: those that were opened since are left out. */
export function fixtureMessages(): readonly FixtureMessage[] {
  const folder = new URL('fixtures/public/', schemasDirectory);
  return readdirSync(folder)
    .filter((file) => !/\.(opened|erased)\.json$/.test(file))
    .map((file) => {
      const event = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as CloudEvent;
      return { file, event, message: toMessage(event) };
    });
}

function toMessage(event: CloudEvent): Message {
  const { correlationid, causationid, traceparent, sealed } = event;
  return {
    id: event.id,
    type: event.type,
    topic: findPublicEvent(event.type)?.topic ?? null,
    service: event.source.slice('/countersign/'.length),
    subject: event.subject,
    sequence: event.sequence,
    position: Number(event.position),
    time: event.time,
    organization: event.organization,
    ...(correlationid === undefined ? {} : { correlation: correlationid }),
    ...(causationid === undefined ? {} : { causation: causationid }),
    ...(traceparent === undefined ? {} : { traceparent }),
    data: event.data as Message['data'],
    ...(sealed ? { sealed } : {}),
  };
}
