import { parentPort, workerData } from 'node:worker_threads';
import { backup } from './copy.ts';
import type { BackupJob, JobMessage, OnProgress } from './job.ts';
import { restore } from './restore.ts';
import { verify } from './verify.ts';

/** Runs one job beside the ledger's threads, for minutes if need be, and ends. */
const job = workerData as BackupJob;
const send = (message: JobMessage) => parentPort?.postMessage(message);
const onProgress: OnProgress = (progress) => send({ kind: 'progress', progress });

switch (job.kind) {
  case 'backup':
    send({ kind: 'result', result: await backup(job.directory, job.file, onProgress) });
    break;
  case 'verify':
    send({ kind: 'result', result: verify(job.file, onProgress) });
    break;
  case 'restore':
    send({ kind: 'result', result: restore(job.file, job.directory, onProgress) });
    break;
}
