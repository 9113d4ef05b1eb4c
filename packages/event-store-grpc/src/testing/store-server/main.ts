import { isOpenError, openSqliteEventStore } from '@countersign/event-store-sqlite';
import { startGrpcServer } from '../../server.ts';
import { ANYBODY } from '../serve.ts';

/**
 * A store server for development and tests: `main.ts <directory> [port]` serves the ledger in a directory, writable and to
 * anybody of this machine, for over plain text the official clients send no key. It writes its URL when it answers.
 */
const [directory, port = '0'] = process.argv.slice(2);
if (directory === undefined) throw new Error('which directory?');
const store = await openSqliteEventStore({ directory });
if (isOpenError(store)) throw new Error(store.detail);
const server = await startGrpcServer({
  store,
  callers: ANYBODY,
  writable: true,
  host: '127.0.0.1',
  port: Number(port),
});
if ('code' in server) throw new Error(server.detail);

const stop = async (exitCode: number): Promise<void> => {
  process.exitCode = exitCode;
  await server.close();
  await store.close();
};
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop(0));
void store.failed.then((error) => {
  process.stderr.write(`${error.message}\n`);
  return stop(1);
});
process.stdout.write(`esdb://127.0.0.1:${server.port}?tls=false\n`);
