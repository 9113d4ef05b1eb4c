import type { Column } from './protocol.ts';

/** Columns of an event on its way from the reader: position, stream, version, id, type, organization, body. */
export const READ_COLUMNS = 7;

/** A reply ends when its rows exceed this many characters of JSON, so that large events can't fill the memory. */
export const REPLY_CHARACTERS = 2 * 1024 * 1024;
/** Categories that hold no more events than this are read by the index on streams, not by looking at every event. */
export const SPARSE_EVENTS = 10_000;
/** A filtered page looks at no more positions than this before it answers, so that other reads get their turn. */
export const SCAN_POSITIONS = 20_000;

/** What of a page is wanted; joined by "and". */
export interface PageFilter {
  readonly categories?: readonly string[];
  readonly types?: readonly string[];
  readonly organization?: string;
}

/** What the reading thread is asked. */
export type ReadRequest =
  | { readonly kind: 'head'; readonly stream: string }
  | {
      readonly kind: 'stream';
      readonly stream: string;
      readonly after: number;
      /** Only events up to this position. */
      readonly until: number;
      readonly limit: number;
    }
  | {
      readonly kind: 'page';
      readonly after: number;
      readonly until: number;
      readonly limit: number;
      readonly filter: PageFilter;
    }
  | {
      readonly kind: 'sparse';
      readonly categories: readonly string[];
      readonly after: number;
      readonly until: number;
      readonly limit: number;
    }
  | {
      readonly kind: 'parked';
      readonly consumer?: string;
      readonly subject?: string;
      readonly organization?: string;
    }
  | { readonly kind: 'copy-wal' };

/** Rows of events, and how far the reader looked (a version for `stream`, a position for `page`). */
export interface Rows {
  readonly columns: readonly Column[];
  readonly looked: number;
  /** There may be more behind `looked`. */
  readonly more: boolean;
}

/** A parked event as it crosses threads; `error` is JSON. */
export type ParkedRow = readonly [
  consumer: string,
  subject: string,
  position: number,
  organization: string,
  error: string | null,
  parkedAt: string,
  attempts: number,
];

/** What each kind of request is answered with. */
export interface ReadAnswers {
  readonly head: number;
  readonly stream: Rows;
  readonly page: Rows;
  /** `null`: the categories hold more than `SPARSE_EVENTS`. */
  readonly sparse: Rows | null;
  readonly parked: readonly ParkedRow[];
  readonly 'copy-wal': null;
}

/** Replies come in the order of the requests. */
export type ReadReply =
  | { readonly answer: ReadAnswers[keyof ReadAnswers] }
  | { readonly failed: string; readonly code: string };

/** What the thread begins with. */
export interface ReaderInput {
  readonly directory: string;
  readonly lockTimeoutMs: number;
}
