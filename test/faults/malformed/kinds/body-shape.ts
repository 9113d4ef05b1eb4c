import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { goodBodies } from '../good-bodies.ts';
import { openApi } from '../operations.ts';
import type { Kind } from './kind.ts';

const ajv = new Ajv2020({ strict: false, validateFormats: false });
ajv.addSchema(openApi, 'openapi');

const validators = new Map<string, ValidateFunction>();

/** Whether the document says that an operation takes a body. */
export function isTaken(schema: string, body: unknown): boolean {
  const known = validators.get(schema) ?? ajv.compile({ $ref: `openapi#/components/schemas/${schema}` });
  validators.set(schema, known);
  return known(body) === true;
}

const WRONG_VALUES = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    false,
    0,
    -1,
    1.5,
    1e15,
    '',
    ' ',
    'A',
    '__proto__',
    'a\u0000b',
    [],
    {},
    [[]],
    [null],
    {
      a: 1,
    },
  ),
  fc.constantFrom<unknown>(
    'x'.repeat(200_000),
    Array.from({ length: 5_000 }, () => 'x'),
    'é'.repeat(40_000),
  ),
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.jsonValue({ maxDepth: 4, stringUnit: 'grapheme' }),
);

type Json = { readonly [name: string]: unknown };

/** A body of the wrong shape, by the document's own word: a field that is missing, foreign, or has another value. */
export const wrongShape: Kind = (operation, good) => {
  const body = goodBodies[operation.id];
  const { bodySchema } = operation;
  if (bodySchema === null || body === undefined) return null;
  // A body that may be empty has no place but one that it should not have.
  const paths = [...placesIn(body), ['no_such_field']];
  const changed = fc.oneof(
    fc.constantFrom(...paths).map((path) => changedAt(body, path, undefined)),
    fc.tuple(fc.constantFrom(...paths), WRONG_VALUES).map(([path, value]) => changedAt(body, path, value)),
    fc
      .tuple(fc.constantFrom(...paths), WRONG_VALUES)
      .map(([path, value]) => changedAt(body, [...path.slice(0, -1), 'no_such_field'], value)),
    fc.jsonValue({ stringUnit: 'grapheme' }),
  );
  return changed
    .map((value) => JSON.stringify(value))
    .filter((text) => !isTaken(bodySchema, JSON.parse(text)))
    .map((text) => ({ ...good, body: Buffer.from(text), wrong: `shape ${text.slice(0, 100)}` }));
};

/** Every field of a body, those inside its objects and lists included, but not what callers may fill as they like. */
function placesIn(value: unknown, at: readonly string[] = []): string[][] {
  if (typeof value !== 'object' || value === null || at[0] === 'arguments' || at[0] === 'result') return [];
  return Object.entries(value).flatMap(([name, inner]) => [[...at, name], ...placesIn(inner, [...at, name])]);
}

/** A copy with another value at a place; `undefined` leaves it out. */
function changedAt(value: unknown, [name, ...rest]: readonly string[], by: unknown): unknown {
  if (name === undefined) return by;
  if (Array.isArray(value))
    return value.map((item, index) => (String(index) === name ? changedAt(item, rest, by) : item));
  const fields = value as Json;
  return { ...fields, [name]: changedAt(fields[name], rest, by) };
}
