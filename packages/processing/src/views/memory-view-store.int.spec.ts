import { viewStoreConformance } from '../conformance/index.ts';
import { createMemoryViewStore } from './memory-view-store.ts';

viewStoreConformance('memory', async () => {
  const store = createMemoryViewStore();
  return { store, reopen: async () => store, close: () => store.close() };
});
