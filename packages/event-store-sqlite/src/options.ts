import { join } from 'node:path';
import { DEFAULT_MAX_EVENT_BYTES } from '@countersign/event-store';

/** Where the ledger lies and its limits. Every limit has a default and a name. */
export interface SqliteEventStoreOptions {
  /** Data directory; made if absent. The database file in it is `ledger.sqlite`. */
  readonly directory: string;
  /** Most bytes of one event's JSON. */
  readonly maxEventBytes?: number;
  /** Most accepted events that wait for their fsync; beyond it appends are refused as overloaded. */
  readonly maxBacklogEvents?: number;
  /** The same in bytes of JSON. */
  readonly maxBacklogBytes?: number;
  /** Recent events that are kept in memory for live subscriptions and reads of young streams. */
  readonly tailEvents?: number;
  /** The same in bytes of JSON. */
  readonly tailBytes?: number;
  /** Streams whose version is remembered after their events have left the tail. */
  readonly cachedHeads?: number;
  /** Largest size of the database file in bytes; beyond it the disk counts as full. 0: no limit but the disk. */
  readonly maxDatabaseBytes?: number;
  /** How long a commit waits for a foreign process that locks the database file, in ms, before the store fails. */
  readonly lockTimeoutMs?: number;
  /** The write-ahead log is copied into the database when it is longer than this, in bytes. */
  readonly walBytes?: number;
}

/** Every limit, with defaults. */
export type StoreLimits = Required<Omit<SqliteEventStoreOptions, 'directory'>>;

/** About half a second of the disk's work under full load; the memory it may hold is bounded by the bytes. */
export const DEFAULT_MAX_BACKLOG_EVENTS = 20_000;
/** Bounds the memory that a slow disk takes. */
export const DEFAULT_MAX_BACKLOG_BYTES = 32 * 1024 * 1024;
/** Some 40 ms of full load: what dies young costs the garbage collector nothing. */
export const DEFAULT_TAIL_EVENTS = 1_024;
/** Bounds the memory of the tail where events are large. */
export const DEFAULT_TAIL_BYTES = 16 * 1024 * 1024;
/** About 150 bytes each. */
export const DEFAULT_CACHED_HEADS = 20_000;
/** Default of `lockTimeoutMs`. */
export const DEFAULT_LOCK_TIMEOUT_MS = 5_000;
/** Busy pages are rewritten many times in a log of this length, so copying it costs little. */
export const DEFAULT_WAL_BYTES = 32 * 1024 * 1024;

/** The limits that are not given are the defaults. */
export function resolveLimits(options: SqliteEventStoreOptions): StoreLimits {
  return {
    maxEventBytes: options.maxEventBytes ?? DEFAULT_MAX_EVENT_BYTES,
    maxBacklogEvents: options.maxBacklogEvents ?? DEFAULT_MAX_BACKLOG_EVENTS,
    maxBacklogBytes: options.maxBacklogBytes ?? DEFAULT_MAX_BACKLOG_BYTES,
    tailEvents: options.tailEvents ?? DEFAULT_TAIL_EVENTS,
    tailBytes: options.tailBytes ?? DEFAULT_TAIL_BYTES,
    cachedHeads: options.cachedHeads ?? DEFAULT_CACHED_HEADS,
    maxDatabaseBytes: options.maxDatabaseBytes ?? 0,
    lockTimeoutMs: options.lockTimeoutMs ?? DEFAULT_LOCK_TIMEOUT_MS,
    walBytes: options.walBytes ?? DEFAULT_WAL_BYTES,
  };
}

/** The ledger's database file in a data directory. */
export function ledgerFile(directory: string): string {
  return join(directory, 'ledger.sqlite');
}
