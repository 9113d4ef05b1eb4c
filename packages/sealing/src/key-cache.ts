import type { KeyObject } from 'node:crypto';
import { createRecentlyUsed } from '@countersign/event-store';

/** A data key ready for the cipher. */
export interface HeldKey {
  readonly id: string;
  readonly secret: KeyObject;
}

interface Entry extends HeldKey {
  readonly until: number;
  readonly name: string | undefined;
}

/** Least recently used keys, by id and by the text of their name. A key is given out until its time is over. */
export interface KeyCache {
  ofName(name: string, now: number): HeldKey | undefined;
  ofId(id: string, now: number): HeldKey | undefined;
  /** `name` if it is known to be the live key of that name. `until` on the clock of `now`. */
  keep(key: HeldKey, until: number, name?: string): void;
  drop(ids: readonly string[]): void;
}

/** An empty cache of at most `bound` keys. */
export function createKeyCache(bound: number): KeyCache {
  const ids = new Map<string, string>();
  const unname = ({ id, name }: Entry): void => {
    if (name !== undefined && ids.get(name) === id) ids.delete(name);
  };
  const entries = createRecentlyUsed<Entry>(bound, (_, entry) => unname(entry));

  const drop = (id: string): void => {
    const entry = entries.get(id);
    if (!entry) return;
    entries.delete(id);
    unname(entry);
  };

  const ofId = (id: string, now: number): HeldKey | undefined => {
    const entry = entries.get(id);
    if (!entry || now < entry.until) return entry;
    drop(id);
    return undefined;
  };

  return {
    ofId,
    ofName(name, now) {
      const id = ids.get(name);
      return id === undefined ? undefined : ofId(id, now);
    },
    keep(key, until, name = entries.get(key.id)?.name) {
      drop(key.id);
      entries.set(key.id, { id: key.id, secret: key.secret, until, name });
      if (name !== undefined) ids.set(name, key.id);
    },
    drop: (gone) => gone.forEach(drop),
  };
}
