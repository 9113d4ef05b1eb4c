import type { EventStore, Position } from '@countersign/event-store';
import type { Reactor, Relay } from '@countersign/processing';
import type { Clock } from '@countersign/service';
import type { Metrics } from '@countersign/telemetry';
import type { Processor } from './readiness.ts';

/** How far processors are behind the ledger, and what reactors have set aside. */
export function measureProcessing(
  metrics: Metrics,
  {
    store,
    clock,
    processors,
    reactors,
    countsEvents,
  }: {
    readonly store: Pick<EventStore, 'acceptedPosition' | 'durablePosition' | 'readPage'>;
    readonly clock: Clock;
    /** Those whose position follows the ledger. */
    readonly processors: readonly Processor[];
    readonly reactors: readonly Pick<Reactor, 'group' | 'parkedCount'>[];
    /** Whether positions count events: in EventStoreDB they do not. */
    readonly countsEvents: boolean;
  },
): void {
  /** Whether it concerns the processor is known once it is passed: an event of others counts until then. */
  const ageOfFirstAfter = async (position: Position): Promise<number> => {
    if (position >= store.durablePosition) return 0;
    const { events } = await store.readPage({ after: position, limit: 1 });
    const [first] = events;
    return first ? Math.max(0, clock.nowMs() - Date.parse(first.metadata.time)) / 1000 : 0;
  };
  for (const { name: processor, position } of processors) {
    if (countsEvents) {
      metrics.gauge('projection_lag_events', { processor }, () =>
        Math.max(0, store.acceptedPosition - position()),
      );
    }
    metrics.gauge('projection_lag_seconds', { processor }, () => ageOfFirstAfter(position()));
  }
  for (const { group: processor, parkedCount } of reactors) {
    metrics.gauge('parked_events', { processor }, parkedCount);
  }
}

/** How far the groups of a process are behind a bus between processes, and its relay behind the ledger. */
export function measureBus(
  metrics: Metrics,
  {
    lags,
    relay,
  }: {
    /** The groups are known when this is called; later only their records change. */
    readonly lags: () => readonly { readonly group: string; readonly records: number }[];
    readonly relay: Pick<Relay, 'outstanding'>;
  },
): void {
  for (const { group: processor } of lags()) {
    const records = () => lags().find(({ group }) => group === processor)?.records ?? 0;
    metrics.gauge('consumer_lag_records', { processor }, records);
  }
  metrics.gauge('relay_lag_events', {}, relay.outstanding);
}
