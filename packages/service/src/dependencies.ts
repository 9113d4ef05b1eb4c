import type { CheckpointStore, EventStore, ParkingLot } from '@countersign/event-store';
import type { MessageBus } from '@countersign/message-bus';
import type { Discloser, Sealer } from '@countersign/sealing';
import type { Logger, Metrics } from '@countersign/telemetry';
import type { ProcessViews } from './views.ts';

/** Everything outside a service that it is built with. Nothing in a service constructs an adapter. */
export interface ServiceDependencies {
  readonly store: EventStore;
  readonly bus: MessageBus;
  readonly processors: CheckpointStore & ParkingLot;
  readonly views: ProcessViews;
  readonly sealer: Sealer;
  readonly disclose: Discloser;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** Time at the edge. Decisions get it in their commands. */
export interface Clock {
  /** Milliseconds since 1970. */
  nowMs(): number;
}

/** Randomness at the edge. */
export interface Ids {
  /** A new time-ordered id (UUIDv7). */
  next(): string;
}

/** RFC 3339 UTC with milliseconds. */
export function timeOf(clock: Clock): string {
  return new Date(clock.nowMs()).toISOString();
}
