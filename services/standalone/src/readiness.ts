import type { EventStore } from '@countersign/event-store';
import type { ReadinessCheck } from '@countersign/http';
import type { Progress } from '@countersign/processing';
import type { Lifecycle } from './lifecycle.ts';

/**
 * Events that a processor may be behind and the installation still be ready: about a second of full load. Beyond it,
 * calls would be closed as undecided before anybody has judged them.
 */
export const MAX_READY_LAG_EVENTS = 50_000;

/** What must work before calls can be answered, asked anew by every probe. */
export function readinessChecks({
  store,
  views,
  lifecycle,
}: {
  readonly store: Pick<EventStore, 'acceptedPosition'>;
  readonly views: Pick<Progress, 'position'>;
  readonly lifecycle: Pick<Lifecycle, 'isStarted' | 'reactors' | 'stopped'>;
}): readonly ReadinessCheck[] {
  const behind = (one: Pick<Progress, 'position'>) => store.acceptedPosition - one.position();
  return [
    {
      name: 'state',
      missing: () =>
        lifecycle.isStarted()
          ? null
          : `is being rebuilt, at event ${views.position()} of ${store.acceptedPosition}`,
    },
    {
      name: 'processing',
      missing() {
        const stopped = lifecycle.stopped();
        return stopped.length === 0 ? null : `stopped: ${stopped.join(', ')}`;
      },
    },
    {
      name: 'lag',
      missing() {
        if (!lifecycle.isStarted()) return null;
        const processors = [
          { name: 'views', lag: behind(views) },
          ...lifecycle.reactors().map((reactor) => ({ name: reactor.group, lag: behind(reactor) })),
        ];
        const late = processors.filter(({ lag }) => lag > MAX_READY_LAG_EVENTS);
        return late.length === 0
          ? null
          : late.map(({ name, lag }) => `${name} is ${lag} events behind`).join(', ');
      },
    },
  ];
}
