import type { DeadLetter, DeadLetterPage } from '@countersign/message-bus';
import { withCauses } from './letter.ts';

/** A page that has this much text takes no further letter: the rest follows. */
const PAGE_BYTES = 2 * 1024 * 1024;

/** A record that was looked at, and what is shown of it; `null` if it is nothing to be shown. */
interface Looked {
  readonly id: string;
  readonly letter: DeadLetter | null;
  readonly bytes: number;
}

/**
 * A page of what stands first, from partitions that are read side by side: it looks at no more than `limit` records, and
 * keeps no more of them than it shows, however they come.
 */
export function createPage(limit: number) {
  /** In the order of their ids. */
  const looked: Looked[] = [];
  let bytes = 0;
  const isFull = () => looked.length >= limit || bytes >= PAGE_BYTES;
  return {
    isFull,
    /** Takes what may stand on the page; tells whether something behind it in its partition may, too. */
    take(id: string, letter: DeadLetter | null): boolean {
      const one = { id, letter, bytes: letter ? sizeOfText(letter) : 0 };
      looked.splice(looked.findLastIndex((other) => other.id < id) + 1, 0, one);
      bytes += one.bytes;
      while (looked.length > limit || bytes - looked.at(-1)!.bytes >= PAGE_BYTES)
        bytes -= looked.pop()!.bytes;
      return !isFull() || id < looked.at(-1)!.id;
    },
    done(): DeadLetterPage {
      const byRecord = new Map<string, DeadLetter>();
      for (const { letter } of looked) {
        if (!letter) continue;
        const record = `${letter.topic}/${letter.partition}/${letter.offset}`;
        byRecord.set(record, withCauses(byRecord.get(record) ?? letter, letter));
      }
      return { letters: [...byRecord.values()], next: isFull() ? looked.at(-1)!.id : null };
    },
  };
}

/** Of what is shown of it, as JSON. */
function sizeOfText({ id, offset, record: { key, headers }, causes }: DeadLetter): number {
  const texts = headers.map(([, bytes]) => String(bytes));
  return Buffer.byteLength(JSON.stringify([id, offset, key && String(key), texts, causes]));
}
