import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import type Database from 'better-sqlite3';
import { classifyError, failureOf, isOpenError, type OpenError, openError } from '../open-error.ts';
import { type DirectoryLock, lockDirectory } from './data-directory-lock.ts';
import { openForWriting, readOpened } from './open-database.ts';
import type { WriterInput, WriterReply, WriterRequest } from './protocol.ts';
import { prepareGroupWriter } from './write-group.ts';

/**
 * The one writer of the ledger. It owns the directory lock and the writing connection, and writes groups in the order
 * in which they come. It sleeps on a shared counter instead of the event loop: waking it costs half as much.
 */
const { directory, limits, signal } = workerData as WriterInput;
const port = parentPort!;
const reply = (message: WriterReply) => port.postMessage(message);

function open(): { db: Database.Database; lock: DirectoryLock } | OpenError {
  let lock: DirectoryLock | undefined;
  try {
    const locked = lockDirectory(directory);
    if ('holder' in locked) {
      const holder = locked.holder === null ? 'another process' : `process ${locked.holder}`;
      return openError('DirectoryInUse', directory, `the data directory ${directory} is in use by ${holder}`);
    }
    lock = locked;
    const db = openForWriting(directory, limits);
    if (!isOpenError(db)) return { db, lock };
    lock.release();
    return db;
  } catch (cause) {
    lock?.release();
    const { code, detail } = classifyError(cause);
    return openError(code, directory, `the ledger in ${directory} can't be opened: ${detail}`);
  }
}

function serve(db: Database.Database, lock: DirectoryLock): void {
  const write = prepareGroupWriter(db);
  const walState = db.prepare<[], { log: number }>('PRAGMA wal_checkpoint(NOOP)');
  const copyRest = db.prepare<[], { log: number; checkpointed: number }>('PRAGMA wal_checkpoint(PASSIVE)');
  const pageBytes = Number(db.pragma('page_size', { simple: true })) + 24;
  const walFrames = Math.ceil(limits.walBytes / pageBytes);
  let askAt = walFrames;
  let asked = false;

  const handle = (request: WriterRequest): boolean => {
    switch (request.kind) {
      case 'write':
        write(request);
        reply({ kind: 'written' });
        if (!asked && walState.get()!.log > askAt) {
          asked = true;
          reply({ kind: 'wal-long' });
        }
        return true;
      case 'finish-wal-copy': {
        // The reader's thread has copied all but the last few frames; with these the next commit starts the log anew.
        const { log, checkpointed } = copyRest.get()!;
        // A backup that still reads the log keeps it from that: then there is no use in asking for every commit.
        askAt = checkpointed === log ? walFrames : log + Math.ceil(walFrames / 4);
        asked = false;
        return true;
      }
      case 'close':
        return false;
    }
  };

  try {
    for (let open = true; open; ) {
      const seen = Atomics.load(signal, 0);
      const received = receiveMessageOnPort(port);
      if (received) open = handle(received.message as WriterRequest);
      else Atomics.wait(signal, 0, seen);
    }
    db.close();
    lock.release();
    reply({ kind: 'closed' });
  } catch (cause) {
    reply({ kind: 'failed', ...failureOf('written', cause) });
  }
}

const opened = open();
if (isOpenError(opened)) {
  reply({ kind: 'refused', error: opened });
} else {
  try {
    reply({ kind: 'ready', opened: readOpened(opened.db) });
    serve(opened.db, opened.lock);
  } catch (cause) {
    const { code, detail } = classifyError(cause);
    reply({ kind: 'refused', error: openError(code, directory, `the ledger can't be read: ${detail}`) });
  }
}
