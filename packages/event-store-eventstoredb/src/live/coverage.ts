import type { Position } from '@countersign/event-store';

/** Categories as a subscriber names them; `undefined` means all. */
export type Categories = readonly string[] | undefined;

/** From where on the feed has the events of which categories. */
export interface Coverage {
  /** Everything of these categories behind this position has come; `null` where they are not followed. */
  since(categories: Categories): Position | null;
  /** Follows them too, from a position on. */
  add(categories: Categories, position: Position): void;
  /** Follows no more than these. */
  keep(wanted: Iterable<Categories>): void;
  /** All that is followed. */
  readonly followed: Categories;
}

const ALL = '*';
const namesOf = (categories: Categories): readonly string[] => categories ?? [ALL];

/** Nothing is covered before it is added. */
export function createCoverage(): Coverage {
  const begun = new Map<string, Position>();
  const sinceOf = (name: string): Position =>
    Math.min(begun.get(name) ?? Number.POSITIVE_INFINITY, begun.get(ALL) ?? Number.POSITIVE_INFINITY);
  return {
    since(categories) {
      const since = namesOf(categories).reduce((latest, name) => Math.max(latest, sinceOf(name)), 0);
      return Number.isFinite(since) ? since : null;
    },
    add(categories, position) {
      for (const name of namesOf(categories)) if (!begun.has(name)) begun.set(name, position);
    },
    keep(wanted) {
      const names = new Set(Array.from(wanted, namesOf).flat());
      for (const name of begun.keys()) if (!names.has(name)) begun.delete(name);
    },
    get followed() {
      return begun.has(ALL) ? undefined : [...begun.keys()];
    },
  };
}
