import type { Disclosure, SealedFields } from '@countersign/event-sourcing';

/** An event with sealed fields as far as opening needs it: stored, accepted or read back from the bus. */
export interface SealedEvent {
  readonly stream: string;
  readonly sealed?: SealedFields;
  readonly metadata: { readonly id: string };
}

interface Entry {
  readonly eventId: string;
  readonly stream: string;
  readonly sealed: SealedFields;
  readonly disclosures: readonly Disclosure[];
  readonly bytes: number;
}

/**
 * Plaintext of the events that this process sealed last, for the stages that follow at once. Answers only for the very
 * event that was sealed: same stream, key, ciphertext and digests. The caller asks only while the key is alive.
 */
export interface RecentEvents {
  keep(stream: string, eventId: string, sealed: SealedFields, disclosures: readonly Disclosure[]): void;
  find(event: SealedEvent): readonly Disclosure[] | undefined;
  /** Forgets everything that was sealed under these keys. */
  drop(keyIds: readonly string[]): void;
}

/** @param maxBytes bound of the texts kept, in bytes; the oldest events leave first. */
export function createRecentEvents(maxEvents: number, maxBytes: number): RecentEvents {
  /** In the order of their sealing; `undefined` where one was sealed again or dropped. */
  const entries: (Entry | undefined)[] = [];
  /** Number of the first entry, and that of each event: old tables of a map keep what it holds alive, so no entries. */
  let first = 0;
  const numbers = new Map<string, number>();
  let bytes = 0;

  const entryOf = (eventId: string): Entry | undefined => {
    const number = numbers.get(eventId);
    return number === undefined ? undefined : entries[number - first];
  };
  const forget = (eventId: string): void => {
    const entry = entryOf(eventId);
    if (!entry) return;
    entries[numbers.get(eventId)! - first] = undefined;
    numbers.delete(eventId);
    bytes -= entry.bytes;
  };
  const forgetOldest = (): void => {
    const [oldest] = entries;
    if (oldest) forget(oldest.eventId);
    entries.shift();
    first += 1;
  };

  return {
    keep(stream, eventId, sealed, disclosures) {
      forget(eventId);
      const size = disclosures.reduce((sum, d) => sum + d.encoded.length, sealed.ciphertext.length);
      numbers.set(eventId, first + entries.length);
      entries.push({ eventId, stream, sealed, disclosures, bytes: size });
      bytes += size;
      while (entries.length > maxEvents || bytes > maxBytes) forgetOldest();
    },
    find({ stream, sealed, metadata }) {
      const entry = entryOf(metadata.id);
      if (!entry || !sealed || entry.stream !== stream) return undefined;
      return same(entry.sealed, sealed) ? entry.disclosures : undefined;
    },
    drop(keyIds) {
      const gone = new Set(keyIds);
      for (const entry of entries) if (entry && gone.has(entry.sealed.key)) forget(entry.eventId);
    },
  };
}

function same(a: SealedFields, b: SealedFields): boolean {
  if (a === b) return true;
  const names = Object.keys(a.digests);
  return (
    a.key === b.key &&
    a.ciphertext === b.ciphertext &&
    names.length === Object.keys(b.digests).length &&
    names.every((name) => a.digests[name] === b.digests[name])
  );
}
