import { isOpenError } from '../../open-error.ts';
import { openSqliteEventStore } from '../../sqlite-event-store.ts';

/**
 * Opens the ledger of a directory and says in JSON what came of it. `hold` keeps it open until killed; a number is the
 * user to run as.
 */
const [directory, how] = process.argv.slice(2);
if (how !== undefined && /^\d+$/.test(how)) process.setuid?.(Number(how));

const opened = await openSqliteEventStore({ directory: directory! });
console.log(
  JSON.stringify(isOpenError(opened) ? opened : { pid: process.pid, position: opened.durablePosition }),
);
if (!isOpenError(opened) && how !== 'hold') await opened.close();
