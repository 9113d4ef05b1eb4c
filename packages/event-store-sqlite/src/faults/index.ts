import { existsSync, readFileSync, statSync, truncateSync } from 'node:fs';
import { ledgerFile } from '../options.ts';
import { readWalIndex } from './wal-index.ts';

/** Bytes of the write-ahead log before and after the cut. */
export interface WalCut {
  readonly before: number;
  readonly after: number;
}

const LOG_HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;

/**
 * Length that the write-ahead log of a killed process had at its last completed sync.
 *
 * With `synchronous = FULL` SQLite syncs the log before it publishes a commit in the shared index, and the index, a
 * file mapped into memory, survives `kill -9`. So the index tells where the last sync ended, and no part of the ledger
 * has to take notes for the test. When the log has been started anew (the index counts no frames, or frames under
 * another salt than the log's header), everything before lies synced in the database file: nothing of the log counts.
 */
export function syncedWalBytes(directory: string): number {
  const file = ledgerFile(directory);
  const { frames, pageBytes, salt } = readWalIndex(file);
  const started = readFileSync(`${file}-wal`).subarray(16, 24).equals(salt);
  return frames === 0 || !started ? 0 : LOG_HEADER_BYTES + frames * (FRAME_HEADER_BYTES + pageBytes);
}

/** Cuts the log to a length, as if nothing behind it had reached the disk. Only while no process has it open. */
export function cutWal(directory: string, bytes: number): WalCut {
  const wal = `${ledgerFile(directory)}-wal`;
  const before = statSync(wal).size;
  if (bytes < before) truncateSync(wal, bytes);
  return { before, after: Math.min(before, bytes) };
}

/**
 * Does to the ledger of a killed process what a power failure would have done in the worst case: everything after the
 * last completed sync is gone. `null` if there is no log.
 */
export function cutWalToLastSync(directory: string): WalCut | null {
  return existsSync(`${ledgerFile(directory)}-wal`) ? cutWal(directory, syncedWalBytes(directory)) : null;
}
