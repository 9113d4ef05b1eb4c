import type { CheckpointStore, EventStore, ParkingLot, Position } from '@countersign/event-store';
import type { BackupError } from './backup/backup-error.ts';
import { backupLedger } from './backup/index.ts';
import type { BackupSummary, OnProgress } from './backup/job.ts';
import { createAppending } from './ledger/append.ts';
import { createChangeListeners } from './ledger/change-listeners.ts';
import { createCheckpoints } from './ledger/checkpoints.ts';
import { createCommitQueue } from './ledger/commit-queue.ts';
import { createStreamHeads } from './ledger/stream-heads.ts';
import { createTail } from './ledger/tail.ts';
import { isOpenError, type OpenError } from './open-error.ts';
import { resolveLimits, type SqliteEventStoreOptions } from './options.ts';
import { createDiskPages } from './reading/disk-pages.ts';
import { readPage } from './reading/page-reading.ts';
import { createStreamReading } from './reading/stream-reading.ts';
import { startSubscription } from './reading/subscription.ts';
import { startReader } from './threads/reader-thread.ts';
import { startWriter, type WriterEvents } from './threads/writer-thread.ts';

/** The embedded ledger, with the checkpoints and parked events that lie in the same file. */
export type SqliteEventStore = EventStore &
  CheckpointStore &
  ParkingLot & {
    /** Of every group that has one. */
    checkpoints(): ReadonlyMap<string, Position>;
    /** Copies what is durable into one verified file while the ledger goes on. */
    backup(file: string, onProgress?: OnProgress): Promise<BackupSummary | BackupError>;
  };

/**
 * Opens the ledger of a data directory, makes it if there is none, and locks the directory for this process.
 * Never rejects: what prevents it is a value with a code and a remedy.
 */
export async function openSqliteEventStore(
  options: SqliteEventStoreOptions,
): Promise<SqliteEventStore | OpenError> {
  const { directory } = options;
  const limits = resolveLimits(options);
  // The writer speaks only after it has opened; these are bound before it gets a group.
  const events: { -readonly [Name in keyof WriterEvents]: WriterEvents[Name] } = {
    onWritten() {},
    onFailed() {},
    onWalLong() {},
  };
  const writer = await startWriter(directory, limits, {
    onWritten: () => events.onWritten(),
    onFailed: (error) => events.onFailed(error),
    onWalLong: () => events.onWalLong(),
  });
  if (isOpenError(writer)) return writer;

  const { position, newestStreams, checkpoints } = writer.opened;
  const failed = Promise.withResolvers<Error>();
  const changes = createChangeListeners();
  const heads = createStreamHeads(Math.max(1, limits.cachedHeads), newestStreams);
  const tail = createTail(position, {
    events: limits.tailEvents,
    bytes: limits.tailBytes,
    onForgotten: heads.set,
  });
  const commits = createCommitQueue({
    durable: position,
    send: writer.write,
    onChange() {
      tail.trim(commits.durable);
      if (commits.error) {
        failed.resolve(commits.error);
        changes.notify('accepted');
      }
      changes.notify('durable');
    },
  });
  const reader = startReader({ directory, lockTimeoutMs: limits.lockTimeoutMs }, commits.fail);
  const readStream = createStreamReading(tail, heads, reader);
  const appending = createAppending({
    limits,
    tail,
    heads,
    commits,
    readHead: (stream) => reader.read<'head'>({ kind: 'head', stream }),
    readStream: (stream, after, limit) => readStream(stream, after, tail.head, limit),
    onAccepted: () => changes.notify('accepted'),
  });
  events.onWritten = commits.written;
  events.onFailed = commits.fail;
  events.onWalLong = () => {
    void reader.read<'copy-wal'>({ kind: 'copy-wal' }).then(writer.finishWalCopy, () => {});
  };

  let closed = false;
  const pages = createDiskPages(reader);
  const source = {
    tail,
    pages,
    get durable() {
      return commits.durable;
    },
    get error() {
      return commits.error;
    },
    get closed() {
      return closed;
    },
    onChange: changes.on,
  };

  return {
    ...createCheckpoints(commits, reader, checkpoints),
    append: appending.append,
    read: (stream, { after = 0, limit = Number.MAX_SAFE_INTEGER, visibility = 'durable' } = {}) =>
      readStream(stream, after, visibility === 'accepted' ? tail.head : commits.durable, limit),
    readPage: (page) => readPage(tail, reader, commits.durable, page),
    subscribe: (subscription, handler) => startSubscription(source, subscription, handler),
    get acceptedPosition() {
      return tail.head;
    },
    get durablePosition() {
      return commits.durable;
    },
    async whenDurable(until) {
      const error = await commits.settled(until);
      if (error) throw error;
    },
    failed: failed.promise,
    backup: (file, onProgress) => backupLedger(directory, file, onProgress),
    async close() {
      appending.stop();
      await appending.idle();
      await commits.flush();
      closed = true;
      changes.notify('accepted');
      changes.notify('durable');
      await reader.close();
      await writer.close();
    },
  };
}
