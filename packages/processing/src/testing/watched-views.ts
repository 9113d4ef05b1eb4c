import type { ViewStore, ViewWrite } from '../views/view-store.ts';

/** A view store that tells what it is asked, and that a spec can hold up or break. */
export interface WatchedViews extends ViewStore {
  readonly commits: { readonly writes: readonly ViewWrite[]; readonly checkpoint: number }[];
  /** Keys of every `get`. */
  readonly gets: (readonly string[])[];
  /** Runs before a commit or get reaches the store; may wait or throw. */
  before: (call: 'commit' | 'get') => Promise<void> | void;
}

/** The store, with everything that is asked of it written down. */
export function watchViews(views: ViewStore): WatchedViews {
  const watched: WatchedViews = {
    ...views,
    commits: [],
    gets: [],
    before: () => {},
    async commit(group, writes, checkpoint) {
      await watched.before('commit');
      await views.commit(group, writes, checkpoint);
      watched.commits.push({ writes, checkpoint });
    },
    async get(view, keys) {
      watched.gets.push(keys);
      // What was read is on its way while the spec holds it up.
      const rows = await views.get(view, keys);
      await watched.before('get');
      return rows;
    },
  };
  return watched;
}
