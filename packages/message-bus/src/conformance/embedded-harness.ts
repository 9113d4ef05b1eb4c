import type { CheckpointStore, EventStore } from '@countersign/event-store';
import { createEmbeddedBus } from '../embedded/embedded-bus.ts';
import { createPublisher } from '../publication.ts';
import { createAppendSample } from './append-sample.ts';
import { type BusHarness, SAMPLE_PUBLICATIONS } from './harness.ts';

/** What the embedded bus stands on. */
export interface Ledger {
  readonly store: EventStore;
  readonly checkpoints: CheckpointStore;
}

/** The embedded bus over any ledger; `reopen` gives the ledger as after a restart. */
export function embeddedBusHarness(opened: Ledger, reopen: () => Promise<Ledger>): BusHarness {
  const publisher = createPublisher(SAMPLE_PUBLICATIONS);
  const append = createAppendSample();
  let ledger = opened;
  let bus = createEmbeddedBus({ ...ledger, publisher });

  return {
    get bus() {
      return bus;
    },
    async publish(samples) {
      for (const sample of samples) await append(ledger.store, sample);
    },
    async restart() {
      ledger = await reopen();
      bus = createEmbeddedBus({ ...ledger, publisher });
    },
    close: () => ledger.store.close(),
  };
}
