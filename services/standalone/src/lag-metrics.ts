import type { EventStore } from '@countersign/event-store';
import type { Reactor } from '@countersign/processing';
import type { ViewReader } from '@countersign/service';
import type { Metrics } from '@countersign/telemetry';

/** How far reactors and views are behind the ledger, and what reactors have set aside. */
export function measureProcessing(
  metrics: Metrics,
  {
    store,
    reactors,
    views,
  }: { readonly store: EventStore; readonly reactors: readonly Reactor[]; readonly views: ViewReader },
): void {
  const behind = (position: number) => Math.max(0, store.acceptedPosition - position);
  metrics.gauge('projection_lag_events', { processor: 'views' }, () => behind(views.position()));
  for (const reactor of reactors) {
    metrics.gauge('projection_lag_events', { processor: reactor.group }, () => behind(reactor.position()));
    metrics.gauge('parked_events', { processor: reactor.group }, reactor.parkedCount);
  }
}
