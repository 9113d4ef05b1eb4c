import { Worker } from 'node:worker_threads';
import { viewStoreFailure } from '@countersign/processing';
import type { Operation, Operations, Reply } from './protocol.ts';

/** Asks the worker; answers come in the order of the questions. */
export interface WorkerClient {
  ask<O extends Operation>(operation: O, parts: Operations[O]['ask']): Promise<Operations[O]['answer']>;
  /** Asks it to close and waits until it has ended. */
  close(): Promise<void>;
}

interface Pending {
  resolve(answer: Operations[Operation]['answer']): void;
  reject(error: Error): void;
}

/** MiB. Requests are short-lived garbage; the default would let it grow to several times what one batch needs. */
const YOUNG_GENERATION_MB = 12;

/** Starts the thread that has the file open; when it ends, everything pending is rejected. */
export function startWorker(file: string, onDiscarded: (reason: string) => void): WorkerClient {
  const worker = new Worker(new URL('./worker/main.ts', import.meta.url), {
    workerData: file,
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
  });
  /** In the order of the questions. A map would keep what was asked alive: its old tables lead to the new ones. */
  const pending: Pending[] = [];
  let ended: Error | null = null;
  const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()));

  const end = (reason: string) => {
    ended ??= viewStoreFailure(reason);
    for (const waiting of pending.splice(0)) waiting.reject(ended);
  };
  worker.on('error', (cause) => end(`the view store has failed: ${cause.message}`));
  worker.once('exit', () => end('the view store is closed'));
  worker.on('message', (reply: Reply) => {
    if ('discarded' in reply) return onDiscarded(reply.discarded);
    const waiting = pending.shift();
    if ('failure' in reply) waiting?.reject(viewStoreFailure(reply.failure));
    else waiting?.resolve(reply.answer);
  });

  const ask: WorkerClient['ask'] = (operation, parts) => {
    if (ended) return Promise.reject(ended);
    return new Promise((resolve, reject) => {
      pending.push({ resolve: (answer) => resolve(answer as never), reject });
      worker.postMessage({ operation, ...parts });
    });
  };
  return {
    ask,
    async close() {
      if (!ended) {
        const closing = ask('close', {});
        ended = viewStoreFailure('the view store is closed');
        await closing;
      }
      await exited;
    },
  };
}
