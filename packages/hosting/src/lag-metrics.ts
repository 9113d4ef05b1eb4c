import type { EventStore, Position } from '@countersign/event-store';
import type { Reactor } from '@countersign/processing';
import type { Clock, ViewReader } from '@countersign/service';
import type { Metrics } from '@countersign/telemetry';

/** How far reactors and views are behind the ledger, and what reactors have set aside. */
export function measureProcessing(
  metrics: Metrics,
  {
    store,
    clock,
    reactors,
    views,
  }: {
    readonly store: Pick<EventStore, 'acceptedPosition' | 'durablePosition' | 'readPage'>;
    readonly clock: Clock;
    readonly reactors: readonly Reactor[];
    readonly views: Pick<ViewReader, 'position'>;
  },
): void {
  /** Whether it concerns the processor is known once it is passed: an event of others counts until then. */
  const ageOfFirstAfter = async (position: Position): Promise<number> => {
    if (position >= store.durablePosition) return 0;
    const { events } = await store.readPage({ after: position, limit: 1 });
    const [first] = events;
    return first ? Math.max(0, clock.nowMs() - Date.parse(first.metadata.time)) / 1000 : 0;
  };
  for (const { group: processor, position } of [{ group: 'views', position: views.position }, ...reactors]) {
    metrics.gauge('projection_lag_events', { processor }, () =>
      Math.max(0, store.acceptedPosition - position()),
    );
    metrics.gauge('projection_lag_seconds', { processor }, () => ageOfFirstAfter(position()));
  }
  for (const { group: processor, parkedCount } of reactors) {
    metrics.gauge('parked_events', { processor }, parkedCount);
  }
}
