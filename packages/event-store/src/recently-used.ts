/** Values used last, by key, in a bounded number: at least the last half of the bound are there. */
export interface RecentlyUsed<Value> {
  get(key: string): Value | undefined;
  set(key: string, value: Value): void;
  delete(key: string): void;
  values(): Iterable<Value>;
}

/**
 * Two maps that take turns: what is used is in the younger one, and when that is full the older one goes, whole. So a use
 * rewrites nothing, and no map lives long: each old table of a map leads to the next one, and one that has grown old keeps
 * alive everything that came after it until the next full collection.
 */
export function createRecentlyUsed<Value>(bound: number): RecentlyUsed<Value> {
  const half = Math.max(1, Math.floor(bound / 2));
  let younger = new Map<string, Value>();
  let older = new Map<string, Value>();
  const set = (key: string, value: Value): void => {
    if (younger.size >= half && !younger.has(key)) {
      // One is one, not one and the one before.
      older = bound > 1 ? younger : new Map();
      younger = new Map();
    }
    younger.set(key, value);
    older.delete(key);
  };
  return {
    get(key) {
      const value = younger.get(key);
      if (value !== undefined) return value;
      const used = older.get(key);
      if (used !== undefined) set(key, used);
      return used;
    },
    set,
    delete(key) {
      younger.delete(key);
      older.delete(key);
    },
    *values() {
      yield* older.values();
      yield* younger.values();
    },
  };
}
