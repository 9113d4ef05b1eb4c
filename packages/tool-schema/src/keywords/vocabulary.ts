import type { Keyword } from '../site.ts';
import * as arrays from './arrays.ts';
import * as combining from './combining.ts';
import * as objects from './objects.ts';
import * as values from './values.ts';

/** Keywords that judge, in the order in which they do: cheap ones first, and last those that ask what others evaluated. */
export const KEYWORDS: ReadonlyMap<string, Keyword> = new Map([
  ['type', values.type],
  ['const', values.constant],
  ['enum', values.enumeration],
  ['minimum', values.minimum],
  ['maximum', values.maximum],
  ['exclusiveMinimum', values.exclusiveMinimum],
  ['exclusiveMaximum', values.exclusiveMaximum],
  ['multipleOf', values.multipleOf],
  ['minLength', values.minLength],
  ['maxLength', values.maxLength],
  ['pattern', values.pattern],
  ['minItems', arrays.minItems],
  ['maxItems', arrays.maxItems],
  ['uniqueItems', arrays.uniqueItems],
  ['prefixItems', arrays.prefixItems],
  ['items', arrays.items],
  ['minContains', arrays.containsBound],
  ['maxContains', arrays.containsBound],
  ['contains', arrays.contains],
  ['minProperties', objects.minProperties],
  ['maxProperties', objects.maxProperties],
  ['required', objects.required],
  ['dependentRequired', objects.dependentRequired],
  ['propertyNames', objects.propertyNames],
  ['properties', objects.properties],
  ['patternProperties', objects.patternProperties],
  ['additionalProperties', objects.additionalProperties],
  ['dependentSchemas', objects.dependentSchemas],
  ['$ref', combining.reference],
  ['$dynamicRef', combining.dynamicReference],
  ['allOf', combining.allOf],
  ['anyOf', combining.anyOf],
  ['oneOf', combining.oneOf],
  ['not', combining.not],
  ['if', combining.conditional],
  ['unevaluatedItems', arrays.unevaluatedItems],
  ['unevaluatedProperties', objects.unevaluatedProperties],
]);

/** Where subschemas stand under a keyword: it is one, or it holds them by name or in order. */
export const SUBSCHEMAS: ReadonlyMap<string, 'one' | 'named' | 'listed'> = new Map([
  ...['items', 'contains', 'additionalProperties', 'propertyNames', 'unevaluatedItems'].map(one),
  ...['unevaluatedProperties', 'not', 'if', 'then', 'else', 'contentSchema'].map(one),
  ...['properties', 'patternProperties', 'dependentSchemas', '$defs', 'definitions'].map(named),
  ...['prefixItems', 'allOf', 'anyOf', 'oneOf'].map(listed),
]);

function one(keyword: string) {
  return [keyword, 'one'] as const;
}
function named(keyword: string) {
  return [keyword, 'named'] as const;
}
function listed(keyword: string) {
  return [keyword, 'listed'] as const;
}

/** Keywords that judge nothing, with the type of their value where the standard has one. */
export const ANNOTATIONS: ReadonlyMap<string, 'string' | 'boolean' | 'array' | 'object' | 'any'> = new Map([
  ...['title', 'description', '$comment', 'format', 'contentEncoding', 'contentMediaType'].map(
    (keyword) => [keyword, 'string'] as const,
  ),
  ...['deprecated', 'readOnly', 'writeOnly'].map((keyword) => [keyword, 'boolean'] as const),
  ['default', 'any'],
  ['examples', 'array'],
  ['$vocabulary', 'object'],
]);

/** Keywords of earlier drafts that judged: to overlook one would let pass what it refused. */
const FORMER: ReadonlyMap<string, string> = new Map([
  ['dependencies', 'write dependentRequired or dependentSchemas'],
  ['additionalItems', 'write prefixItems and items'],
  ['$recursiveRef', 'write $dynamicRef'],
  ['$recursiveAnchor', 'write $dynamicAnchor'],
  ['divisibleBy', 'write multipleOf'],
  ['disallow', 'write not'],
  ['extends', 'write allOf'],
  ['id', 'write $id'],
]);

/** Keywords that say where things are, or that another one reads. */
const OF_STRUCTURE = ['$id', '$schema', '$anchor', '$dynamicAnchor', '$defs', 'definitions', 'then', 'else'];

/** Each keyword that judges, by what is left of it without one character, and whole. */
const BY_VARIANT = new Map(
  [...KEYWORDS.keys(), ...OF_STRUCTURE]
    .filter((keyword) => keyword.length > 3)
    .flatMap((keyword) => variants(keyword).map((variant) => [variant, keyword] as const)),
);

/** A word, and what is left without one of its characters: words one slip apart have one in common. */
function variants(word: string): string[] {
  const lower = word.toLowerCase();
  return [lower, ...Array.from(lower, (_, at) => lower.slice(0, at) + lower.slice(at + 1))];
}

/** No keyword is longer. */
const MAX_KEYWORD_CHARS = 25;

/**
 * What is wrong with a name that is no keyword: nothing, for the standard calls it an annotation, unless it is a former
 * keyword or one slip away from one that judges. `x-` says that it is meant.
 */
export function mistaken(name: string): string | null {
  if (name.startsWith('x-') || name.length > MAX_KEYWORD_CHARS || OF_STRUCTURE.includes(name)) return null;
  const former = FORMER.get(name);
  if (former) return `is not a keyword of JSON Schema 2020-12: ${former}`;
  const meant = variants(name)
    .map((variant) => BY_VARIANT.get(variant))
    .find((keyword) => keyword !== undefined);
  return meant === undefined
    ? null
    : `is not a keyword of JSON Schema 2020-12: write ${meant}, or x-${name} for a note of your own`;
}
