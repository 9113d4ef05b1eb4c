import type { ViewDefinition, ViewStore } from '../views/view-store.ts';

/** An empty view store of the adapter under test. */
export interface ViewStoreHarness {
  readonly store: ViewStore;
  /** The store as after a restart: what was committed is there. Takes the place of `store`. */
  reopen(): Promise<ViewStore>;
  close(): Promise<void>;
}

/** Opens an adapter's store, empty. */
export type OpenViewStore = () => Promise<ViewStoreHarness>;

/** The view that the cases use. */
export const ORDERS: ViewDefinition = {
  name: 'orders.v1',
  columns: { status: 'text', owner: 'text', due_at: 'integer' },
  indexes: [['owner', 'status'], ['owner'], ['due_at'], ['owner', 'due_at']],
};

/** The group whose views the suite opens. */
export const GROUP = 'shop.orders.v1';
/** A ledger position beyond every checkpoint of the cases. */
export const HEAD = 1_000_000;
