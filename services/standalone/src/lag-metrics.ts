import type { EventStore } from '@countersign/event-store';
import { lagOf, type Reactor } from '@countersign/processing';
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
    readonly store: Pick<EventStore, 'acceptedPosition'>;
    readonly clock: Clock;
    readonly reactors: readonly Reactor[];
    readonly views: Pick<ViewReader, 'position'>;
  },
): void {
  const startedMs = clock.nowMs();
  metrics.gauge('projection_lag_events', { processor: 'views' }, () =>
    Math.max(0, store.acceptedPosition - views.position()),
  );
  for (const reactor of reactors) {
    const processor = reactor.group;
    const lag = () => lagOf(reactor, store.acceptedPosition, clock.nowMs());
    metrics.gauge('projection_lag_events', { processor }, () => lag().events);
    // Behind, and nothing handled since the start: at least as old as that.
    metrics.gauge(
      'projection_lag_seconds',
      { processor },
      () => lag().seconds ?? Math.max(0, clock.nowMs() - startedMs) / 1000,
    );
    metrics.gauge('parked_events', { processor }, reactor.parkedCount);
  }
}
