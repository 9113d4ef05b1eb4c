import { type EventStore, isStoreError } from '@countersign/event-store';
import type { Metrics } from '@countersign/telemetry';

/** One append in so many is timed: two histograms on every one would cost more than the figures are worth. */
export const TIMED_EVERY = 16;

/** A ledger of which some appends are timed, up to their acceptance and up to their being durable. */
export function measuredLedger<Store extends EventStore>(store: Store, metrics: Metrics): Store {
  const accepted = metrics.histogram('ledger_append_seconds', {});
  const durable = metrics.histogram('ledger_durable_seconds', {});
  let appends = 0;
  const append: EventStore['append'] = (stream, expected, events) => {
    appends += 1;
    if (appends % TIMED_EVERY !== 0) return store.append(stream, expected, events);
    const from = performance.now();
    const receipt = store.append(stream, expected, events);
    for (const [moment, histogram] of [
      [receipt.accepted, accepted],
      [receipt.durable, durable],
    ] as const) {
      void moment.then((result) => {
        if (!isStoreError(result)) histogram.record((performance.now() - from) / 1000);
      });
    }
    return receipt;
  };
  // The rest is the ledger's own, positions included, which are getters.
  return Object.create(store, { append: { value: append, enumerable: true } });
}
