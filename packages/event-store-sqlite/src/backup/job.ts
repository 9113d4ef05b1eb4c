import type { BackupError } from './backup-error.ts';

/** What a verified copy of a ledger holds. */
export interface BackupSummary {
  readonly file: string;
  readonly bytes: number;
  readonly events: number;
  readonly streams: number;
  /** Position of the last event. */
  readonly position: number;
  readonly checkpoints: number;
  readonly parked: number;
  /** SHA-256 over all events in order, in hex: equal digests are equal ledgers. */
  readonly digest: string;
}

/** How far a job is. */
export interface BackupProgress {
  readonly stage: 'copy' | 'check' | 'read';
  /** Pages or events, of `total`. */
  readonly done: number;
  readonly total: number;
}

/** What a thread of its own is to do. */
export type BackupJob =
  | { readonly kind: 'backup'; readonly directory: string; readonly file: string }
  | { readonly kind: 'verify'; readonly file: string }
  | { readonly kind: 'restore'; readonly file: string; readonly directory: string };

/** What the thread says: how far it is, and at its end what came of it. */
export type JobMessage =
  | { readonly kind: 'progress'; readonly progress: BackupProgress }
  | { readonly kind: 'result'; readonly result: BackupSummary | BackupError };

/** Told how far a job is, now and then. */
export type OnProgress = (progress: BackupProgress) => void;
