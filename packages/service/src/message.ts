import type { EventMetadata } from '@countersign/event-store';
import type { Message } from '@countersign/message-bus';
import type { SealedEvent } from '@countersign/sealing';

/** A message's metadata in the ledger's words: the cause of what a reaction appends. */
export function messageMetadata(message: Message): EventMetadata {
  const { id, time, organization, correlation, traceparent } = message;
  return {
    id,
    time,
    organization,
    ...(correlation === undefined ? {} : { correlation }),
    ...(traceparent === undefined ? {} : { traceparent }),
  };
}

/** A message's sealed part, as the sealer opens it. */
export function sealedEvent(message: Message): SealedEvent {
  const { subject, id, sealed } = message;
  return { stream: subject, metadata: { id }, ...(sealed ? { sealed } : {}) };
}
