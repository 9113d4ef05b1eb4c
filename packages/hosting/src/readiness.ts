import type { EventStore, Position } from '@countersign/event-store';
import type { ReadinessCheck } from '@countersign/http';
import type { Progress } from '@countersign/processing';
import type { Lifecycle } from './lifecycle.ts';

/**
 * How long a processor may not have seen what the ledger held, and the process still be ready. Longer than a decision may
 * take: by then, calls are closed as undecided before anybody has judged them.
 */
export const MAX_READY_LAG_MS = 5_000;
/** How often the end of the ledger is remembered. */
export const LOOK_EVERY_MS = 1_000;

/** Which processors have not got to where the ledger ended some time ago: positions are compared, never counted. */
export interface LagWatch {
  /** Remembers where the ledger ends now. */
  look(): void;
  /** Whether something at this position is behind for too long. */
  isLate(position: Position): boolean;
  close(): void;
}

/** Remembers where the ledger ended over the last seconds. Call `close`, or it goes on looking. */
export function createLagWatch(store: Pick<EventStore, 'acceptedPosition'>): LagWatch {
  const looks = MAX_READY_LAG_MS / LOOK_EVERY_MS;
  let ends: Position[] = [];
  const look = () => {
    ends = [...ends.slice(-looks), store.acceptedPosition];
  };
  const timer = setInterval(look, LOOK_EVERY_MS);
  timer.unref();
  return {
    look,
    isLate(position) {
      const [oldest] = ends;
      return oldest !== undefined && ends.length > looks && position < oldest;
    },
    close: () => clearInterval(timer),
  };
}

/** A named part whose position follows the ledger. */
export interface Processor extends Pick<Progress, 'position'> {
  readonly name: string;
}

/** What must work before calls can be answered, asked anew by every probe. */
export function readinessChecks({
  store,
  lifecycle,
  processors,
  lag,
}: {
  readonly store: Pick<EventStore, 'acceptedPosition'>;
  readonly lifecycle: Pick<Lifecycle, 'isStarted' | 'stopped' | 'rebuiltTo'>;
  readonly processors: () => readonly Processor[];
  readonly lag: Pick<LagWatch, 'isLate'>;
}): readonly ReadinessCheck[] {
  return [
    {
      name: 'state',
      missing: () =>
        lifecycle.isStarted()
          ? null
          : `is being rebuilt, at position ${lifecycle.rebuiltTo()} of ${store.acceptedPosition}`,
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
        const late = processors().filter((processor) => lag.isLate(processor.position()));
        if (late.length === 0) return null;
        const names = late.map(({ name }) => name).join(', ');
        return `more than ${MAX_READY_LAG_MS} ms behind the ledger: ${names}`;
      },
    },
  ];
}
