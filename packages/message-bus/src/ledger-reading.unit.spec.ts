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
