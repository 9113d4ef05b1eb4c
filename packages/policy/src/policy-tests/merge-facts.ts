import type { Json, PartialFacts } from '../expressions/facts.ts';

type JsonMap = { readonly [name: string]: Json };

/** `changes` laid over `base`: mappings are merged at every depth, anything else is replaced. */
export function mergeFacts(base: PartialFacts, changes: PartialFacts): PartialFacts {
  return merge(base as JsonMap, changes as JsonMap) as PartialFacts;
}

function merge(base: JsonMap, changes: JsonMap): JsonMap {
  const merged = new Map(Object.entries(base));
  for (const [name, value] of Object.entries(changes)) {
    const before = merged.get(name);
    merged.set(name, isMap(before) && isMap(value) ? merge(before, value) : value);
  }
  return Object.fromEntries(merged);
}

function isMap(value: Json | undefined): value is JsonMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
