import { type EventStore, type RecordedEvent, readAll } from '@countersign/event-store';
import { canonicalJson } from '@countersign/sdk';

/** What is read of a ledger. */
export type ReadableLedger = Pick<EventStore, 'readPage' | 'durablePosition'>;

/** The events of both ledgers by their place in the order; `undefined` where one has ended. */
export type Pair = readonly [source: RecordedEvent | undefined, target: RecordedEvent | undefined];

/** Both ledgers from their first events to the end of the longer one. */
export async function* pairsOf(source: ReadableLedger, target: ReadableLedger): AsyncGenerator<Pair> {
  const [left, right] = [eventsOf(source), eventsOf(target)];
  for (;;) {
    const [one, other] = [await left.next(), await right.next()];
    if (one.done && other.done) return;
    yield [one.value ?? undefined, other.value ?? undefined];
  }
}

async function* eventsOf(ledger: ReadableLedger): AsyncGenerator<RecordedEvent, undefined> {
  for await (const { events } of readAll(ledger)) yield* events;
  return undefined;
}

/** Everything of an event but its position, which is the ledger's: equal texts are equal events. */
export function textOf({ stream, version, type, metadata, data, sealed }: RecordedEvent): string {
  // Through JSON, so that what is absent and what is undefined are one.
  return canonicalJson(JSON.parse(JSON.stringify({ stream, version, type, metadata, data, sealed })));
}
