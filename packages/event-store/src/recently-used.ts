/** Values used last, by key, in a bounded number or of a bounded weight: at least the last half of the bound are there. */
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
 * @param weigh makes the bound one of the sum of the weights instead of the number. A value is weighed when it is set; one
 * that grows is set again. The one set last stays, whatever it weighs.
 */
export function createRecentlyUsed<Value>(
  bound: number,
  onForgotten?: (key: string, value: Value) => void,
  weigh?: (value: Value) => number,
): RecentlyUsed<Value> {
  const half = Math.max(1, Math.floor(bound / 2));
  let younger = new Map<string, Value>();
  let older = new Map<string, Value>();
  /** Of the younger ones; where nothing is weighed, each is one. */
  let weights = new Map<string, number>();
  let sum = 0;
  const forget = (values: ReadonlyMap<string, Value>) => {
    if (onForgotten) for (const [key, value] of values) onForgotten(key, value);
  };
  const drop = (key: string): void => {
    younger.delete(key);
    sum -= weights.get(key) ?? 0;
    weights.delete(key);
  };
  const turn = (): void => {
    forget(older);
    older = younger;
    younger = new Map();
    weights = new Map();
    sum = 0;
    // One is one, not one and the one before.
    if (bound === 1) {
      forget(older);
      older = new Map();
    }
  };
  /** Whether the younger ones are too many with this one. */
  const isFull = (key: string, weight: number): boolean => {
    if (weigh === undefined) return younger.size >= half && !younger.has(key);
    const others = sum - (weights.get(key) ?? 0);
    return others > 0 && others + weight > half;
  };
  const set = (key: string, value: Value): void => {
    older.delete(key);
    const weight = weigh?.(value) ?? 1;
    if (isFull(key, weight)) {
      drop(key);
      turn();
    }
    if (weigh !== undefined) {
      sum += weight - (weights.get(key) ?? 0);
      weights.set(key, weight);
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
      drop(key);
      older.delete(key);
    },
    *values() {
      yield* older.values();
      yield* younger.values();
    },
  };
}
