import { DEFAULT_PAGE_EVENTS, type EventStore } from '@countersign/event-store';
import { createMemoryEventStore } from '@countersign/event-store/memory';
import { expect, it } from 'vitest';
import { createAppendSample } from './conformance/append-sample.ts';
import { SAMPLE_PUBLICATIONS, samples } from './conformance/harness.ts';
import { createLedgerReading } from './ledger-reading.ts';
import { createPublisher } from './publication.ts';

it('fetches a message that another process has appended, and this one has not heard of', async () => {
  const store = createMemoryEventStore();
  await createAppendSample()(store, samples(1, { n: 7 })[0]!);
  const trailing = Object.create(store, { acceptedPosition: { value: 0 } });
  const reading = createLedgerReading({ store: trailing, publisher: createPublisher(SAMPLE_PUBLICATIONS) });
  expect(await reading.fetch(1)).toMatchObject({ position: 1, data: { n: 7 } });
  expect(await reading.fetch(2)).toBeNull();
});

it('rereads a stream in pages, and no page before it is wanted', async () => {
  const store = createMemoryEventStore();
  const append = createAppendSample();
  const all = 2 * DEFAULT_PAGE_EVENTS + 1;
  for (const sample of samples(all)) await append(store, sample);
  let reads = 0;
  const counted: EventStore = Object.create(store, {
    read: {
      value(...read: Parameters<EventStore['read']>) {
        reads += 1;
        return store.read(...read);
      },
    },
  });
  const reading = createLedgerReading({ store: counted, publisher: createPublisher(SAMPLE_PUBLICATIONS) });
  const numbers: unknown[] = [];
  for await (const { data } of reading.rereadFrom('sample-one', 0)) numbers.push(data.n);
  expect(numbers).toEqual(Array.from({ length: all }, (_, n) => n));
  expect(reads).toBe(3);
  reads = 0;
  for await (const { sequence } of reading.rereadFrom('sample-one', 0)) if (sequence === 10) break;
  expect(reads).toBe(1);
});
