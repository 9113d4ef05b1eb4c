import { parentPort, workerData } from 'node:worker_threads';
import Database from 'better-sqlite3';
import { failureOf } from '../open-error.ts';
import { ledgerFile } from '../options.ts';
import { preparePageReader, prepareSparseReader, prepareStreamReader } from './read-rows.ts';
import type { ParkedRow, ReadAnswers, ReaderInput, ReadReply, ReadRequest } from './reader-protocol.ts';

/**
 * Reads beside the writer, so that neither a page nor copying the write-ahead log stands in a commit's way. The
 * connection is not opened read-only because copying the log writes the database file; `query_only` forbids the rest.
 */
const { directory, lockTimeoutMs } = workerData as ReaderInput;
const port = parentPort!;

const db = new Database(ledgerFile(directory), { fileMustExist: true, timeout: lockTimeoutMs });
db.pragma('synchronous = FULL');
db.pragma('checkpoint_fullfsync = ON');
db.pragma('query_only = ON');
db.pragma('cache_size = -4096');

const head = db
  .prepare<[string], number>('SELECT version FROM events WHERE stream = ? ORDER BY version DESC LIMIT 1')
  .pluck();
const parked = db
  .prepare<[object], ParkedRow>(
    `SELECT consumer, subject, position, organization, error, parked_at, attempts FROM parked
     WHERE (:consumer IS NULL OR consumer = :consumer) AND (:subject IS NULL OR subject = :subject)
       AND (:organization IS NULL OR organization = :organization)
     ORDER BY position, consumer`,
  )
  .raw();
const readStream = prepareStreamReader(db);
const readPage = preparePageReader(db);
const readSparse = prepareSparseReader(db);

function answer(request: ReadRequest): ReadAnswers[keyof ReadAnswers] {
  switch (request.kind) {
    case 'head':
      return head.get(request.stream) ?? 0;
    case 'stream':
      return readStream(request);
    case 'page':
      return readPage(request);
    case 'sparse':
      return readSparse(request);
    case 'parked': {
      const { consumer = null, subject = null, organization = null } = request;
      return parked.all({ consumer, subject, organization }) as ParkedRow[];
    }
    case 'copy-wal':
      db.pragma('wal_checkpoint(PASSIVE)');
      return null;
  }
}

port.on('message', (request: ReadRequest | null) => {
  if (request === null) {
    db.close();
    port.close();
    return;
  }
  let reply: ReadReply;
  try {
    reply = { answer: answer(request) };
  } catch (cause) {
    const { message: failed, code } = failureOf(request.kind === 'copy-wal' ? 'written' : 'read', cause);
    reply = { failed, code };
  }
  port.postMessage(reply);
});
