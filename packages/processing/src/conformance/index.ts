export { viewStoreConformance } from './view-store-conformance.ts';
export type { OpenViewStore, ViewStoreHarness } from './view-store-harness.ts';
