import type { OpenError } from '../open-error.ts';
import type { StoreLimits } from '../options.ts';

/** Rows cross threads as one flat list of columns: copying it costs a fraction of copying objects. */
export type Column = string | number;

/** Columns of an event on its way to the writer: stream, version, id, type, organization, body. */
export const WRITTEN_COLUMNS = 6;

/** A change beside the events; written in the transaction of the group that it was accepted in. */
export type SideWrite =
  | { readonly kind: 'checkpoint'; readonly consumer: string; readonly position: number }
  | {
      readonly kind: 'park';
      readonly consumer: string;
      readonly subject: string;
      readonly position: number;
      readonly organization: string;
      readonly error: string | null;
      readonly parkedAt: string;
      readonly attempts: number;
    }
  | {
      readonly kind: 'release';
      readonly consumer: string;
      readonly subject: string;
      readonly position: number;
    };

/** One transaction: a contiguous range of positions, and what was accepted between them. */
export interface WriteGroup {
  readonly kind: 'write';
  /** Position of the first event. */
  readonly first: number;
  readonly columns: readonly Column[];
  readonly sideWrites: readonly SideWrite[];
}

/** What the writing thread is asked, in order. */
export type WriterRequest = WriteGroup | { readonly kind: 'finish-wal-copy' } | { readonly kind: 'close' };

/** What it answers. */
export type WriterReply =
  | { readonly kind: 'ready'; readonly opened: OpenedLedger }
  | { readonly kind: 'refused'; readonly error: OpenError }
  /** The oldest outstanding group is on disk. */
  | { readonly kind: 'written' }
  | { readonly kind: 'failed'; readonly message: string; readonly code: string }
  | { readonly kind: 'wal-long' }
  | { readonly kind: 'closed' };

/** What the main thread has to know to fix order and versions in memory. */
export interface OpenedLedger {
  readonly position: number;
  /** The greatest stream name of each category. */
  readonly newestStreams: readonly string[];
  readonly checkpoints: readonly (readonly [consumer: string, position: number])[];
}

/** What it begins with. */
export interface WriterInput {
  readonly directory: string;
  readonly limits: StoreLimits;
  /** Counts requests; the writer sleeps on it. */
  readonly signal: Int32Array;
}
