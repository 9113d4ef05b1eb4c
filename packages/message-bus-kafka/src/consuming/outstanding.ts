import type { RecordContent } from '../cloud-event/decode.ts';
import type { Partition } from './partition-offsets.ts';

/** A record that was delivered, and where it stands. */
export interface Delivered extends Partition {
  readonly offset: number;
  /** When the broker says that it was written. */
  readonly timeMs: number;
  readonly record: RecordContent;
}

/**
 * What was delivered and is not done with, in the order of its arrival. The position is how far that order is settled:
 * the greatest position that came before the first that is not.
 */
export interface Outstanding<Item> {
  add(item: Item, position: number, delivered: Delivered): void;
  passedOver(position: number): void;
  /** The record of an item that is outstanding. */
  find(item: Item): Delivered | undefined;
  remove(item: Item): void;
  /** Those of partitions that this member no longer has are no longer outstanding here: they come again, to somebody. */
  clear(): void;
  position(): number;
  count(): number;
}

/** Nothing is outstanding, and nothing covered. */
export function createOutstanding<Item>(): Outstanding<Item> {
  const entries = new Map<Item, Delivered & { readonly before: number }>();
  let greatest = 0;
  let covered = 0;
  return {
    add(item, position, delivered) {
      entries.set(item, { ...delivered, before: greatest });
      greatest = Math.max(greatest, position);
    },
    passedOver(position) {
      greatest = Math.max(greatest, position);
    },
    find: (item) => entries.get(item),
    remove: (item) => void entries.delete(item),
    clear: () => entries.clear(),
    position() {
      const [first] = entries.values();
      covered = Math.max(covered, first ? first.before : greatest);
      return covered;
    },
    count: () => entries.size,
  };
}
