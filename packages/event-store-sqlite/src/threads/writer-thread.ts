import { Worker } from 'node:worker_threads';
import { type OpenError, openError } from '../open-error.ts';
import type { StoreLimits } from '../options.ts';
import type { OpenedLedger, WriteGroup, WriterInput, WriterReply, WriterRequest } from './protocol.ts';
import { THREAD_LIMITS } from './thread-limits.ts';

/** The writing thread as the main thread sees it. */
export interface WriterThread {
  readonly opened: OpenedLedger;
  write(group: WriteGroup): void;
  /** Takes the rest of the write-ahead log after the reader has copied most of it. */
  finishWalCopy(): void;
  /** Closes the database and releases the directory; groups sent before are written first. */
  close(): Promise<void>;
}

/** What the writing thread tells. */
export interface WriterEvents {
  /** The oldest outstanding group is on disk. */
  onWritten(): void;
  onFailed(error: Error): void;
  /** The write-ahead log is long: somebody should copy it. */
  onWalLong(): void;
}

/** Starts the writer; resolves when it has opened the ledger or knows why it can't. */
export function startWriter(
  directory: string,
  limits: StoreLimits,
  events: WriterEvents,
): Promise<WriterThread | OpenError> {
  const signal = new Int32Array(new SharedArrayBuffer(4));
  const input: WriterInput = { directory, limits, signal };
  const worker = new Worker(new URL('./writer.ts', import.meta.url), {
    workerData: input,
    resourceLimits: THREAD_LIMITS,
  });
  const send = (request: WriterRequest) => {
    worker.postMessage(request);
    Atomics.add(signal, 0, 1);
    Atomics.notify(signal, 0);
  };
  let closing = false;
  const exited = new Promise<void>((resolve) => worker.on('exit', () => resolve()));

  return new Promise((resolve) => {
    worker.on('message', (reply: WriterReply) => {
      switch (reply.kind) {
        case 'written':
          return events.onWritten();
        case 'wal-long':
          return events.onWalLong();
        case 'failed':
          return events.onFailed(Object.assign(new Error(reply.message), { code: reply.code }));
        case 'refused':
          return resolve(reply.error);
        case 'closed':
          return;
        case 'ready':
          return resolve({
            opened: reply.opened,
            write: send,
            finishWalCopy: () => send({ kind: 'finish-wal-copy' }),
            close() {
              closing = true;
              send({ kind: 'close' });
              return exited;
            },
          });
      }
    });
    worker.on('error', (cause) => {
      const message = cause instanceof Error ? cause.message : String(cause);
      resolve(openError('CannotOpen', directory, `the writing thread ended: ${message}`));
      events.onFailed(new Error(`the writing thread of the ledger ended: ${message}`));
    });
    worker.on('exit', () => {
      resolve(openError('CannotOpen', directory, 'the writing thread ended'));
      if (!closing) events.onFailed(new Error('the writing thread of the ledger ended'));
    });
  });
}
