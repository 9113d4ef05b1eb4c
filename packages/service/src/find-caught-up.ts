import type { EventStore } from '@countersign/event-store';
import type { Projection, ViewRow } from '@countersign/processing';
import type { ViewReader } from './views.ts';

/**
 * A row by key, also when another process has just made what it is made of: where the view has none, or one that is not
 * what is looked for, the stream says whether there is more to come.
 */
export async function findCaughtUp<Row extends ViewRow>(
  deps: { readonly views: Pick<ViewReader, 'find' | 'reached'>; readonly store: Pick<EventStore, 'read'> },
  view: Projection<Row>,
  key: string,
  { stream, suits = () => true }: { readonly stream: string; readonly suits?: (row: Row) => boolean },
): Promise<Row | undefined> {
  const row = await deps.views.find(view, key);
  if (row && suits(row)) return row;
  const last = (await deps.store.read(stream, { visibility: 'accepted' })).at(-1);
  if (!last) return row;
  await deps.views.reached(last.position);
  return deps.views.find(view, key);
}
