import type { Message } from '@countersign/message-bus';
import type { RecordContent } from '../cloud-event/decode.ts';
import type { Partition } from './partition-offsets.ts';

/** A delivered message and the record that it came in. */
export interface Delivered extends Partition {
  readonly offset: number;
  readonly record: RecordContent;
}

/**
 * Messages delivered and not done with, in the order of their arrival. The position is how far that order is settled:
 * the greatest position that came before the first message that is not.
 */
export interface Outstanding {
  add(message: Message, delivered: Delivered): void;
  passedOver(position: number): void;
  /** The message's record if it is outstanding. */
  find(message: Message): Delivered | undefined;
  remove(message: Message): void;
  /** Those of partitions that this member no longer has are no longer outstanding here: they come again, to somebody. */
  clear(): void;
  position(): number;
  count(): number;
}

export function createOutstanding(): Outstanding {
  const entries = new Map<Message, Delivered & { readonly before: number }>();
  let greatest = 0;
  let covered = 0;
  return {
    add(message, delivered) {
      entries.set(message, { ...delivered, before: greatest });
      greatest = Math.max(greatest, message.position);
    },
    passedOver(position) {
      greatest = Math.max(greatest, position);
    },
    find: (message) => entries.get(message),
    remove: (message) => void entries.delete(message),
    clear: () => entries.clear(),
    position() {
      const [first] = entries.values();
      covered = Math.max(covered, first ? first.before : greatest);
      return covered;
    },
    count: () => entries.size,
  };
}
