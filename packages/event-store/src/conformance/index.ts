export { checkpointsConformance } from './checkpoints.ts';
export { eventStoreConformance } from './event-store.ts';
export type {
  CheckpointsHarness,
  CheckpointsUnderTest,
  ControlledStore,
  EventStoreHarness,
  StoreUnderTest,
} from './harness.ts';
