import type { AnyProjection } from '../views/projection.ts';
import { startProjections } from '../views/projection-host.ts';
import type { ViewStore } from '../views/view-store.ts';
import type { Shop } from './shop.ts';

/** Nothing is written but when the spec says so. */
const NEVER_MS = 1_000_000_000;

/**
 * Runs projections over a shop's messages; nothing is written before it is asked for, unless the spec says how
 * often.
 */
export function startHost(
  { bus, store }: Shop,
  views: ViewStore,
  projections: readonly AnyProjection[],
  flushEveryMs = NEVER_MS,
) {
  return startProjections({ group: 'shop.views.v1', bus, store, views, projections, flushEveryMs });
}

/** All rows of a view by key. */
export async function rowsOf(views: ViewStore, view: string) {
  return Object.fromEntries((await views.query(view, { limit: 1_000 })).map(({ key, row }) => [key, row]));
}
