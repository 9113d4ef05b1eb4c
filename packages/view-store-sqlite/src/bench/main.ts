import { join } from 'node:path';
import { createSqliteViewStore } from '../sqlite-view-store.ts';
import { newDirectory, removeDirectory } from '../testing/directory.ts';
import { measureRebuild } from './rebuild.ts';
import { measureRows } from './rows.ts';

const directory = newDirectory();
const rowsStore = createSqliteViewStore({ file: join(directory, 'rows.db') });
console.log(
  `row upserts/s, three indexes, batches of 2,000: ${Math.round(await measureRows(rowsStore, 800_000))}`,
);
await rowsStore.close();
const rebuildStore = createSqliteViewStore({ file: join(directory, 'rebuild.db') });
console.log(
  `messages/s through two projections: ${Math.round(await measureRebuild(rebuildStore, 1_000_000))}`,
);
await rebuildStore.close();
removeDirectory(directory);
