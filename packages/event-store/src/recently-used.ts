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
 * alive everything that came after it until the next full collection. Nor is the oldest key ever looked for: that goes over all
 * that were deleted before it since the map has grown last, which are thousands in a map of thousands.
 *
 * @param onForgotten what leaves because it was not used, not by `delete`
 */
export function createRecentlyUsed<Value>(
  bound: number,
  onForgotten?: (key: string, value: Value) => void,
): RecentlyUsed<Value> {
  const half = Math.max(1, Math.floor(bound / 2));
  let younger = new Map<string, Value>();
  let older = new Map<string, Value>();
  const forget = (values: ReadonlyMap<string, Value>) => {
    if (onForgotten) for (const [key, value] of values) onForgotten(key, value);
  };
  const set = (key: string, value: Value): void => {
    older.delete(key);
    if (younger.size >= half && !younger.has(key)) {
      forget(older);
      older = younger;
      younger = new Map();
      // One is one, not one and the one before.
      if (bound === 1) {
        forget(older);
        older = new Map();
      }
    }
    younger.set(key, value);
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
