import { Worker } from 'node:worker_threads';
import type { ReadAnswers, ReaderInput, ReadReply, ReadRequest } from './reader-protocol.ts';
import { THREAD_LIMITS } from './thread-limits.ts';

/** The reading thread as the main thread sees it. */
export interface ReaderThread {
  /** Rejects when the file can't be read or the thread is gone. */
  read<Kind extends ReadRequest['kind']>(
    request: Extract<ReadRequest, { kind: Kind }>,
  ): Promise<ReadAnswers[Kind]>;
  close(): Promise<void>;
}

interface Waiter {
  resolve(answer: ReadAnswers[keyof ReadAnswers]): void;
  reject(error: Error): void;
}

/** @param onFailure called with a read error: a ledger that can't be read must not be written on. */
export function startReader(input: ReaderInput, onFailure: (error: Error) => void): ReaderThread {
  const worker = new Worker(new URL('./reader.ts', import.meta.url), {
    workerData: input,
    resourceLimits: THREAD_LIMITS,
  });
  /** In the order of the requests. A map would keep replies alive: its old tables lead to the new ones. */
  const waiting: Waiter[] = [];
  let gone: Error | null = null;

  const end = (error: Error) => {
    gone ??= error;
    for (const waiter of waiting.splice(0)) waiter.reject(gone);
  };
  worker.on('message', (reply: ReadReply) => {
    const waiter = waiting.shift();
    if ('answer' in reply) return waiter?.resolve(reply.answer);
    const error = Object.assign(new Error(reply.failed), { code: reply.code });
    waiter?.reject(error);
    onFailure(error);
  });
  worker.on('error', (cause) => {
    const error = cause instanceof Error ? cause : new Error(String(cause));
    end(error);
    onFailure(error);
  });
  const exited = new Promise<void>((resolve) => {
    worker.on('exit', () => {
      end(new Error('the ledger is closed'));
      resolve();
    });
  });

  return {
    read<Kind extends ReadRequest['kind']>(request: Extract<ReadRequest, { kind: Kind }>) {
      if (gone) return Promise.reject(gone);
      worker.postMessage(request);
      return new Promise<ReadAnswers[Kind]>((resolve, reject) => {
        waiting.push({ resolve: resolve as Waiter['resolve'], reject });
      });
    },
    close() {
      if (!gone) worker.postMessage(null);
      return exited;
    },
  };
}
