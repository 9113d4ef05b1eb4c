import type { CheckpointStore, ParkingLot } from '../checkpoints.ts';
import type { EventStore } from '../event-store.ts';

/** A store that a test has for itself. */
export interface StoreUnderTest {
  readonly store: EventStore;
  /** Ends the store if it still runs, and removes what it left. */
  dispose(): Promise<void>;
}

/** A store whose way to the disk the test controls, as a slow or failing disk would. */
export interface ControlledStore extends StoreUnderTest {
  /** From now on nothing becomes durable. */
  hold(): Promise<void>;
  /** Goes on. */
  release(): Promise<void>;
  /** What is held fails, as a failing fsync does. */
  fail(): Promise<void>;
  /** The process dies: gives the store that a new one opens, with what was durable. Ends this one. */
  crash(): Promise<ControlledStore>;
}

/** What an adapter gives the suite. */
export interface EventStoreHarness {
  /** An empty ledger. Its limit on events is `maxEventBytes`. */
  open(): Promise<StoreUnderTest>;
  readonly maxEventBytes: number;
  /** Only where acceptance and durability are two moments; elsewhere the eight rules hold by themselves. */
  readonly separateDurability?: {
    open(): Promise<ControlledStore>;
    /** Bound of the accepted backlog of these stores, in events. */
    readonly maxBacklogEvents: number;
  };
}

/** What an adapter of the checkpoints gives their suite. */
export interface CheckpointsHarness {
  open(): Promise<CheckpointsUnderTest>;
}

/** An adapter's checkpoints and parking lot, and how to end them. */
export interface CheckpointsUnderTest {
  readonly checkpoints: CheckpointStore & ParkingLot;
  /** Ends it in order and opens it again; absent where nothing outlives the process. */
  reopen?(): Promise<CheckpointsUnderTest>;
  dispose(): Promise<void>;
}
