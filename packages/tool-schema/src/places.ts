import { namesIn } from '@countersign/contracts';
import { isArray, isObject, type JsonObject, member } from './json.ts';
import { SUBSCHEMAS } from './keywords/vocabulary.ts';
import { MAX_REFERENCE_CHARS, MAX_SUBSCHEMAS } from './limits.ts';
import type { Problems } from './problems.ts';

/** One subschema of the input schema, an object: where it stands, and in which resource. */
export interface Place {
  readonly schema: JsonObject;
  readonly steps: readonly (string | number)[];
  /** Base URI, without a fragment. */
  readonly base: string;
}

/** Every subschema, and the names under which references find them. Nothing outside the input schema has a name. */
export interface Places {
  /** Subschemas in the order of the text; what only references lead to is added by `find`. */
  readonly all: ReadonlyMap<JsonObject, Place>;
  /** The subschema that a reference from a base URI means, or why there is none. */
  find(reference: string, base: string): { readonly schema: unknown } | { readonly fault: string };
  /** The subschemas with a dynamic anchor of this name, by their resource; `null` if the reference means none. */
  dynamicAnchors(reference: string, base: string): ReadonlyMap<string, JsonObject> | null;
}

/** Base URI of an input schema that does not say its own. */
const NO_BASE = 'schema:/';

const DIALECT = 'https://json-schema.org/draft/2020-12/schema';
const ANCHOR = /^[A-Za-z_][-A-Za-z0-9._]*$/;

type Steps = readonly (string | number)[];

export function createPlaces(root: unknown, problems: Problems): Places {
  const all = new Map<JsonObject, Place>();
  const resources = new Map<string, JsonObject>();
  const anchors = new Map<string, Map<string, JsonObject>>();
  const dynamic = new Map<string, Map<string, JsonObject>>();
  if (isObject(root)) resources.set(NO_BASE, root);
  visit(root, [], NO_BASE);

  function visit(schema: unknown, steps: Steps, outer: string): void {
    if (typeof schema === 'boolean') return;
    if (!isObject(schema)) {
      const list = isArray(schema) && steps.at(-1) === 'items';
      const hint = list ? '; for one after the other write prefixItems' : '';
      problems.add(steps, `must be a subschema: an object, true or false${hint}`);
      return;
    }
    if (all.has(schema)) return;
    if (all.size >= MAX_SUBSCHEMAS) {
      problems.add([], `must have at most ${MAX_SUBSCHEMAS} subschemas`);
      return;
    }
    const base = baseOf(schema, steps, outer);
    all.set(schema, { schema, steps, base });
    if (Object.hasOwn(schema, '$schema') && schema.$schema !== DIALECT && schema.$schema !== `${DIALECT}#`)
      problems.add([...steps, '$schema'], `must be "${DIALECT}": no other dialect is read`);
    nameIt(schema, steps, base);
    for (const [keyword, shape] of SUBSCHEMAS) {
      const given = member(schema, keyword);
      if (given === undefined) continue;
      if (shape === 'one') visit(given, [...steps, keyword], base);
      else visitAll(given, shape, [...steps, keyword], base);
    }
  }

  function visitAll(given: unknown, shape: 'named' | 'listed', steps: Steps, base: string): void {
    if (shape === 'listed' ? !isArray(given) : !isObject(given)) {
      problems.add(steps, shape === 'listed' ? 'must be an array' : 'must be an object');
      return;
    }
    for (const [step, schema] of isArray(given) ? given.entries() : Object.entries(given as JsonObject))
      visit(schema, [...steps, step], base);
  }

  function baseOf(schema: JsonObject, steps: Steps, outer: string): string {
    if (!Object.hasOwn(schema, '$id')) return outer;
    const base = typeof schema.$id === 'string' && absolute(schema.$id.replace(/#$/, ''), outer);
    const known = base ? resources.get(base) : undefined;
    if (!base || base.includes('#') || (known && known !== schema)) {
      problems.add(
        [...steps, '$id'],
        `must be a URI of its own, without a fragment, of at most ${MAX_REFERENCE_CHARS} characters`,
      );
      return outer;
    }
    resources.set(base, schema);
    return base;
  }

  function nameIt(schema: JsonObject, steps: Steps, base: string): void {
    for (const keyword of ['$anchor', '$dynamicAnchor']) {
      if (!Object.hasOwn(schema, keyword)) continue;
      const name = schema[keyword];
      const named = anchors.get(base) ?? new Map<string, JsonObject>();
      const fits = typeof name === 'string' && name.length <= MAX_REFERENCE_CHARS && ANCHOR.test(name);
      if (!fits || (named.has(name) && named.get(name) !== schema)) {
        problems.add(
          [...steps, keyword],
          `must be a name of its own that matches ${ANCHOR.source}, of at most ${MAX_REFERENCE_CHARS} characters`,
        );
        continue;
      }
      anchors.set(base, named.set(name, schema));
      if (keyword === '$anchor') continue;
      dynamic.set(name, (dynamic.get(name) ?? new Map<string, JsonObject>()).set(base, schema));
    }
  }

  /** What a reference means: a resource, and a fragment in it. */
  function split(
    reference: string,
    base: string,
  ): { readonly uri: string | null; readonly fragment: string } {
    const at = reference.indexOf('#');
    const uri = at < 0 ? reference : reference.slice(0, at);
    const fragment = at < 0 ? '' : decoded(reference.slice(at + 1));
    return { uri: uri === '' ? base : absolute(uri, base), fragment };
  }

  return {
    all,

    find(reference, base) {
      if (reference.length > MAX_REFERENCE_CHARS)
        return { fault: `must have at most ${MAX_REFERENCE_CHARS} characters` };
      const { uri, fragment } = split(reference, base);
      const resource = uri === null ? undefined : resources.get(uri);
      if (!uri || !resource)
        return { fault: 'leads out of the input schema: write what it means under $defs, and refer to that' };
      const steps = namesIn(fragment);
      if (!steps) {
        const schema = anchors.get(uri)?.get(fragment);
        return schema ? { schema } : { fault: 'leads to nothing: there is no such $anchor' };
      }
      let schema: unknown = resource;
      for (const step of steps) schema = below(schema, step);
      if (schema === undefined) return { fault: 'leads to nothing in the input schema' };
      // A reference may lead where no keyword does.
      visit(schema, [...(all.get(resource)?.steps ?? []), ...steps], uri);
      return { schema };
    },

    dynamicAnchors(reference, base) {
      const { uri, fragment } = split(reference, base);
      const named = dynamic.get(fragment);
      return uri !== null && named?.has(uri) ? named : null;
    },
  };
}

function below(value: unknown, step: string): unknown {
  if (isArray(value)) return /^(0|[1-9]\d*)$/.test(step) ? value[Number(step)] : undefined;
  return isObject(value) ? member(value, step) : undefined;
}

function absolute(uri: string, base: string): string | null {
  return uri.length <= MAX_REFERENCE_CHARS ? (URL.parse(uri, base)?.href ?? null) : null;
}

/** A fragment without its percent signs; what is none leads nowhere. */
function decoded(fragment: string): string {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment;
  }
}
