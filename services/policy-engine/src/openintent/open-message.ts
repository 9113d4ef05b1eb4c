import type { JsonObject } from '@countersign/contracts';
import type { MessageBus } from '@countersign/message-bus';
import { isOpenError, type Sealer } from '@countersign/sealing';
import { sealedEvent } from '@countersign/service';

/** A published event with its erasable fields opened, each `{erased: true}` after erasure. */
export interface OpenedMessage {
  readonly data: JsonObject;
  readonly fields: JsonObject;
}

/** Opens an event by its place. Rejects without the key vault. */
export type OpenMessage = (subject: string, sequence: number) => Promise<OpenedMessage>;

/** Reads the event again from the bus, and opens it with the sealer's keys. */
export function createOpenMessage(
  bus: Pick<MessageBus, 'reread'>,
  sealer: Pick<Sealer, 'open'>,
): OpenMessage {
  return async (subject, sequence) => {
    const message = await bus.reread(subject, sequence);
    if (!message) throw new Error(`${subject} has no event ${sequence} that can be read`);
    const opened = await sealer.open(sealedEvent(message));
    if (isOpenError(opened)) throw new Error(`the erasable fields can not be opened: ${opened.code}`);
    return { data: message.data as JsonObject, fields: opened.fields as JsonObject };
  };
}
