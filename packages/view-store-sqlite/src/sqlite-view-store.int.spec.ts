import { join } from 'node:path';
import { viewStoreConformance } from '@countersign/processing/conformance';
import { createSqliteViewStore } from './sqlite-view-store.ts';
import { newDirectory, removeDirectory } from './testing/directory.ts';

viewStoreConformance('sqlite', async () => {
  const directory = newDirectory();
  const file = join(directory, 'views.db');
  let store = createSqliteViewStore({ file });
  return {
    store,
    async reopen() {
      await store.close();
      store = createSqliteViewStore({ file });
      return store;
    },
    async close() {
      await store.close();
      removeDirectory(directory);
    },
  };
});
