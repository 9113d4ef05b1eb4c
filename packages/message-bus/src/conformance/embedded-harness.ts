import { type ExpectedVersion, NO_STREAM, streamName } from '@countersign/event-sourcing';
import { type CheckpointStore, type EventStore, isStoreError } from '@countersign/event-store';
import { createEmbeddedBus } from '../embedded/embedded-bus.ts';
import { createPublisher } from '../publication.ts';
import { type BusHarness, SAMPLE_PUBLICATIONS, type Sample } from './harness.ts';

/** What the embedded bus stands on. */
export interface Ledger {
  readonly store: EventStore;
  readonly checkpoints: CheckpointStore;
}

/** The embedded bus over any ledger; `reopen` gives the ledger as after a restart. */
export function embeddedBusHarness(opened: Ledger, reopen: () => Promise<Ledger>): BusHarness {
  const publisher = createPublisher(SAMPLE_PUBLICATIONS);
  const versions = new Map<string, number>();
  let ledger = opened;
  let bus = createEmbeddedBus({ ...ledger, publisher });
  let published = 0;

  const append = async ({ type, organization, id, n }: Sample): Promise<void> => {
    const { category, stored } = SAMPLE_PUBLICATIONS.find((publication) => publication.type === type)!;
    const stream = streamName(category, id);
    const version = versions.get(stream) ?? 0;
    published += 1;
    const metadata = { id: `event-${published}`, time: '2026-11-01T10:00:00.000Z', organization };
    const expected: ExpectedVersion = version === 0 ? NO_STREAM : version;
    const accepted = await ledger.store.append(stream, expected, [{ type: stored, data: { n }, metadata }])
      .accepted;
    if (isStoreError(accepted)) throw new Error(`${stream}: ${accepted.code}`);
    versions.set(stream, version + 1);
  };

  return {
    get bus() {
      return bus;
    },
    async publish(samples) {
      for (const sample of samples) await append(sample);
    },
    async restart() {
      ledger = await reopen();
      bus = createEmbeddedBus({ ...ledger, publisher });
    },
    close: () => ledger.store.close(),
  };
}
