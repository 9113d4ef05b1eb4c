import type { JsonObject } from './json.ts';

/** One step vN -> vN+1 of a stored event type. Pure; never sees erasable plaintext. */
export interface Upcaster {
  readonly from: string;
  readonly to: string;
  upcast(data: JsonObject): JsonObject;
}

/**
 * Chains upcasters so that readers only know the newest version. Unknown types pass unchanged.
 * @throws RangeError at construction if two start from one type or a chain is circular.
 */
export function upcasting(
  steps: readonly Upcaster[],
): <E extends { type: string; data: JsonObject }>(event: E) => E {
  const byType = new Map<string, Upcaster>();
  for (const step of steps) {
    if (byType.has(step.from)) throw new RangeError(`two upcasters start from ${step.from}`);
    byType.set(step.from, step);
  }
  for (const start of byType.keys()) {
    const seen = new Set<string>();
    for (let type: string | undefined = start; type !== undefined; type = byType.get(type)?.to) {
      if (seen.has(type)) throw new RangeError(`upcasters form a circle at ${type}`);
      seen.add(type);
    }
  }
  return (event) => {
    let current = event;
    for (let step = byType.get(current.type); step; step = byType.get(current.type)) {
      current = { ...current, type: step.to, data: step.upcast(current.data) };
    }
    return current;
  };
}
