import { MAX_ARGUMENT_DEPTH, MAX_ARGUMENT_ELEMENTS } from '../limits.ts';
import type { Json } from './facts.ts';

/** cel-js refuses values of a class that it does not know: reading one is an evaluation error. */
class Unreadable {}
const UNREADABLE = new Unreadable();

/**
 * The arguments as CEL values. Safe integers become int, other numbers double, objects maps: a `Map` has no
 * prototype that an argument named `constructor` could reach. Lists and objects over the limits can't be read,
 * so that a comprehension over them is bounded.
 */
export function celArguments(value: Json, depth = 0): unknown {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value;
  if (typeof value !== 'object' || value === null) return value;
  if (depth > MAX_ARGUMENT_DEPTH) return UNREADABLE;
  if (isList(value)) {
    if (value.length > MAX_ARGUMENT_ELEMENTS) return UNREADABLE;
    return value.map((element) => celArguments(element, depth + 1));
  }
  const names = Object.keys(value);
  if (names.length > MAX_ARGUMENT_ELEMENTS) return UNREADABLE;
  const map = new Map<string, unknown>();
  for (const name of names) map.set(name, celArguments(value[name]!, depth + 1));
  return map;
}

function isList(value: object): value is readonly Json[] {
  return Array.isArray(value);
}
