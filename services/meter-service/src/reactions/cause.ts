import { type CommandMetadata, reactionMetadata } from '@countersign/event-store';
import type { Message } from '@countersign/message-bus';
import { messageMetadata } from '@countersign/service';

/** Group of the reaction, and the name that its events' ids are made of. */
export const QUOTA_GROUP = 'meter-service.quota.v1';

/** Metadata of what a step of the reaction appends: the same ids at every delivery of the message. */
export function metadataOf(message: Message, step: string, at: number): CommandMetadata {
  const time = new Date(at).toISOString();
  return reactionMetadata({ metadata: messageMetadata(message) }, `${QUOTA_GROUP}/${step}`, time);
}

/** For whom something is written into a book, and what the events of each step of it are called. */
export interface Cause {
  readonly organization: string;
  metadata(step: string): CommandMetadata;
}

/** A message as the cause of what is written at `at`. */
export function causeOf(message: Message, at: number): Cause {
  return {
    organization: message.organization,
    metadata: (step) => metadataOf(message, step, at),
  };
}

/** The call that a message is about. */
export function callOf(message: Message): string {
  return message.correlation ?? String(message.data.tool_call_id);
}
