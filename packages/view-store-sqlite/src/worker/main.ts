import { parentPort, workerData } from 'node:worker_threads';
import type { Database } from 'better-sqlite3';
import type { Operation, Operations, Reply, Request } from '../protocol.ts';
import { deleteDatabaseFile, isDamage, openDatabaseFile } from './database-file.ts';
import { openGroups } from './groups.ts';
import { openTable, type Table } from './table.ts';

type Answer = Operations[Operation]['answer'];

const file = workerData as string;
const port = parentPort;
const reply = (message: Reply) => port?.postMessage(message);

/** Answers requests on an open database, until one fails because the file is damaged. */
function serve(database: Database): (request: Request) => Answer {
  const groups = openGroups(database);
  const tables = new Map<string, Table>();
  const tableOf = (view: string) => {
    const table = tables.get(view);
    if (!table) throw new Error(`view "${view}" is not open`);
    return table;
  };
  const commit = database.transaction(({ group, batches, checkpoint }: Operations['commit']['ask']) => {
    for (const { view, cells } of batches) tableOf(view).write(cells);
    groups.advance(group, checkpoint);
  });

  return (request) => {
    switch (request.operation) {
      case 'open': {
        const { group, definitions, description, head } = request;
        const checkpoint = groups.open(group, definitions, description, head);
        for (const definition of definitions) tables.set(definition.name, openTable(database, definition));
        return checkpoint;
      }
      case 'commit':
        commit(request);
        return null;
      case 'get': {
        const table = tableOf(request.view);
        return request.keys.map((key) => table.get(key));
      }
      case 'query':
        return tableOf(request.view).query(request.query);
      case 'close':
        database.close();
        return null;
    }
  };
}

const database = openDatabaseFile(file, (discarded) => reply({ discarded }));
const answer = serve(database);

port?.on('message', (request: Request) => {
  try {
    reply({ answer: answer(request) });
    if (request.operation === 'close') port?.close();
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause);
    if (!isDamage(cause)) return reply({ failure: `${file}: ${detail}` });
    // Deleted now, because the next start could not tell: the damage may lie in pages that opening never reads.
    database.close();
    deleteDatabaseFile(file);
    throw new Error(`${file} was damaged (${detail}) and is deleted: it is rebuilt at the next start`);
  }
});
