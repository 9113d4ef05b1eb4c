import { isArray, isObject, type JsonObject } from '../json.ts';
import type { Site } from '../site.ts';

// Values of keywords, read: `null` and a problem where they are not what the standard asks.

export function count(given: unknown, site: Site, keyword: string): number | null {
  if (typeof given === 'number' && Number.isInteger(given) && given >= 0) return given;
  return site.problem('must be an integer of at least 0', keyword);
}

export function number(given: unknown, site: Site, keyword: string): number | null {
  return typeof given === 'number' ? given : site.problem('must be a number', keyword);
}

export function text(given: unknown, site: Site, keyword: string): string | null {
  return typeof given === 'string' ? given : site.problem('must be a string', keyword);
}

export function list(given: unknown, site: Site, keyword: string): readonly unknown[] | null {
  return isArray(given) ? given : site.problem('must be an array', keyword);
}

export function object(given: unknown, site: Site, keyword: string): JsonObject | null {
  return isObject(given) ? given : site.problem('must be an object', keyword);
}

/** Property names, each once. */
export function names(
  given: unknown,
  site: Site,
  ...steps: readonly (string | number)[]
): readonly string[] | null {
  if (!isArray(given) || !given.every((name) => typeof name === 'string'))
    return site.problem('must be an array of strings', ...steps);
  if (new Set(given).size < given.length) return site.problem('must not name a property twice', ...steps);
  return given;
}

/** Subschemas of which there is at least one. */
export function alternatives(given: unknown, site: Site, keyword: string): readonly unknown[] | null {
  const schemas = list(given, site, keyword);
  if (schemas?.length === 0) return site.problem('must have at least one subschema', keyword);
  return schemas;
}
