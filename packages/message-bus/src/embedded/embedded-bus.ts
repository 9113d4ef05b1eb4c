import type { CheckpointStore, EventStore } from '@countersign/event-store';
import { createLedgerReading, selectMessages } from '../ledger-reading.ts';
import type { MessageBus } from '../message-bus.ts';
import type { Publisher } from '../publication.ts';
import { consumeLedger } from './consume-ledger.ts';

/** The ledger that is the queue, and how its events become messages. */
export interface EmbeddedBusOptions {
  readonly store: EventStore;
  readonly checkpoints: CheckpointStore;
  readonly publisher: Publisher;
  /** How often a group's checkpoint is written. Handlers are idempotent, so a crash repeats at most this much. */
  readonly checkpointEveryMs?: number;
}

/** Default: four writes a second per group are nothing, and a restart repeats a quarter of a second. */
export const DEFAULT_CHECKPOINT_EVERY_MS = 250;

/**
 * The bus of one process: the ledger is the queue, a consumer is a subscription to it. Consumers see events on
 * acceptance, because their sole effect is an append or memory (rule 3 of accepted and durable).
 */
export function createEmbeddedBus(options: EmbeddedBusOptions): MessageBus {
  const { store, checkpoints, publisher } = options;
  const checkpointEveryMs = options.checkpointEveryMs ?? DEFAULT_CHECKPOINT_EVERY_MS;
  const groups = new Set<string>();

  return {
    consume({ group, topics, types, onAssigned }, consumer) {
      const select = selectMessages(publisher, topics, types);
      const categories = publisher.categories(topics, types);
      return consumeLedger({
        store,
        checkpoints,
        groups,
        group,
        categories,
        select,
        consumer,
        onAssigned,
        checkpointEveryMs,
      });
    },

    ...createLedgerReading({ store, publisher }),
  };
}
