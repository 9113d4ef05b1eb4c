export type { Progress } from '@countersign/message-bus';
export { allReached, createProgress } from '@countersign/message-bus';
export type { DueLoop, DueSource, Fired } from './due/due-loop.ts';
export { DUE_EVERY_MS, DUE_LIMIT, startDueLoop } from './due/due-loop.ts';
export type { StreamLeaseOptions, Term } from './lease/stream-lease.ts';
export { exclusively, LEASE_CATEGORY, REAL_TIME, STREAM_LEASE_MS, takeLease } from './lease/stream-lease.ts';
export type { Wait } from './reactor/attempts.ts';
export { waitFor } from './reactor/attempts.ts';
export type { Lanes } from './reactor/lanes.ts';
export { createLanes } from './reactor/lanes.ts';
export type { ReactionOutcome, RetryPolicy } from './reactor/outcome.ts';
export { again, againAfter, DEFAULT_RETRY, DONE, isOutage, outage } from './reactor/outcome.ts';
export type { Reactor, ReactorOptions } from './reactor/reactor.ts';
export { MAX_OUTSTANDING, startReactor } from './reactor/reactor.ts';
export type { Released } from './reactor/release.ts';
export type { Relay, RelayOptions } from './relay/relay.ts';
export { startRelay } from './relay/relay.ts';
export type { AnyProjection, Projection } from './views/projection.ts';
export type { ProjectionHost, ProjectionHostOptions } from './views/projection-host.ts';
export { FLUSH_EVERY_MS, FLUSH_ROWS, startProjections } from './views/projection-host.ts';
export { checkDefinition, checkQuery, columnValue, describeDefinitions } from './views/view-definition.ts';
export type {
  ViewDefinition,
  ViewQuery,
  ViewRow,
  ViewStore,
  ViewStoreFailure,
  ViewWrite,
} from './views/view-store.ts';
export { viewStoreFailure } from './views/view-store.ts';
export type { ViewTable } from './views/view-table.ts';
export { createViewTable, DEFAULT_CACHED_ROWS } from './views/view-table.ts';
