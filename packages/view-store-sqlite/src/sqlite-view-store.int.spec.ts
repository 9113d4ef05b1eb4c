import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { viewStoreConformance } from '@countersign/processing/conformance';
import { createSqliteViewStore } from './sqlite-view-store.ts';

viewStoreConformance('sqlite', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'views-'));
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
      rmSync(directory, { recursive: true });
    },
  };
});
