export type { SqliteViewStoreOptions } from './sqlite-view-store.ts';
export { createSqliteViewStore } from './sqlite-view-store.ts';
