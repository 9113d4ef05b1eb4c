import type { StreamVersion } from '@countersign/event-sourcing';

/** The stream is not at the expected version; nothing was stored. */
export interface VersionConflict {
  readonly code: 'VersionConflict';
  readonly stream: string;
  readonly expected: StreamVersion;
  readonly actual: StreamVersion;
}

/** It is not known whether the events were stored: retry the same batch with the same ids and expected version. */
export interface OutcomeUnknown {
  readonly code: 'OutcomeUnknown';
  readonly detail: string;
}

/** Nothing was stored and nothing can be now; `reason` tells a full disk from a backlog. */
export interface StoreUnavailable {
  readonly code: 'StoreUnavailable';
  readonly reason: 'closed' | 'failed' | 'overloaded' | 'unreachable';
  readonly detail: string;
}

/** An event, or a batch as a whole, is larger than the store takes; `limit` in bytes of JSON. */
export interface EventTooLarge {
  readonly code: 'EventTooLarge';
  readonly bytes: number;
  readonly limit: number;
}

/** The batch is empty: an append states facts. A programming error that is still answered as a value. */
export interface EmptyBatch {
  readonly code: 'EmptyBatch';
}

/** What an append came to instead of being stored. Only `OutcomeUnknown` may have been stored after all. */
export type StoreError = VersionConflict | OutcomeUnknown | StoreUnavailable | EventTooLarge | EmptyBatch;

/** Default limit of one event's JSON: 1 MiB, as EventStoreDB's. */
export const DEFAULT_MAX_EVENT_BYTES = 1024 * 1024;

/** Tells an error from what was appended. */
export function isStoreError(value: object): value is StoreError {
  return 'code' in value;
}

/** One line for logs and problem details; holds no event data. */
export function describeStoreError(error: StoreError): string {
  switch (error.code) {
    case 'VersionConflict':
      return `${error.stream} is at version ${error.actual}, expected ${error.expected}`;
    case 'EventTooLarge':
      return `${error.bytes} bytes of events at once, at most ${error.limit} are stored`;
    case 'EmptyBatch':
      return 'a batch needs at least one event';
    default:
      return error.detail;
  }
}
