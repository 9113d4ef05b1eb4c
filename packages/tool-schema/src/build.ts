import { isArray, isObject, type JsonObject, member } from './json.ts';
import { ANNOTATIONS, KEYWORDS, mistaken } from './keywords/vocabulary.ts';
import { endless } from './loops.ts';
import type { Node } from './node.ts';
import { createPatterns } from './patterns.ts';
import { createPlaces, type Place } from './places.ts';
import type { Problems } from './problems.ts';
import type { Site } from './site.ts';

type Steps = readonly (string | number)[];

/** Builds the nodes of an input schema and answers the root's. What is wrong goes into `problems`. */
export function build(schema: unknown, problems: Problems): Node {
  const places = createPlaces(schema, problems);
  const patternOf = createPatterns();
  const nodes = new Map<JsonObject, Node>();

  function nodeOf(given: unknown, base: string): Node {
    if (!isObject(given)) return plainNode(given, base);
    const known = nodes.get(given);
    if (known) return known;
    const place = places.all.get(given);
    const node = { ...newNode(place?.base ?? base), steps: place?.steps ?? [] };
    nodes.set(given, node);
    return node;
  }

  function siteOf({ schema, steps, base }: Place, node: Node): Site {
    const below = (...to: Steps) => nodeOf(valueAt(schema, to), base);
    const inPlace = (target: Node) => {
      node.inPlace.push(target);
      return target;
    };
    return {
      schema,
      node,
      below,
      inPlace: (...to) => inPlace(below(...to)),
      reference(keyword, to) {
        const found = places.find(to, base);
        if ('fault' in found) return problems.add([...steps, keyword], found.fault);
        return inPlace(nodeOf(found.schema, base));
      },
      dynamicTargets(to) {
        const targets = places.dynamicAnchors(to, base);
        return targets && new Map([...targets].map(([of, target]) => [of, inPlace(nodeOf(target, of))]));
      },
      pattern(source, ...at) {
        const pattern = patternOf(source);
        return 'fault' in pattern ? problems.add([...steps, ...at], pattern.fault) : pattern;
      },
      problem: (detail, ...at) => problems.add([...steps, ...at], detail),
    };
  }

  const root = nodeOf(schema, '');
  // References add places while this goes on, and a map hands out what is added.
  for (const place of places.all.values()) {
    const node = nodeOf(place.schema, place.base);
    const site = siteOf(place, node);
    for (const keyword of Object.keys(place.schema)) {
      const fault = faultOf(keyword, place.schema[keyword]);
      if (fault) site.problem(fault, keyword);
    }
    node.checks = [...KEYWORDS].flatMap(([name, compile]) => {
      if (!Object.hasOwn(place.schema, name)) return [];
      return compile(place.schema[name], site, name) ?? [];
    });
  }
  const lost = endless(nodes.values());
  if (lost) problems.add(lost.steps, 'leads back to itself, or on and on, without going down into the value');
  return root;
}

function newNode(base: string): Node {
  return { steps: [], base, checks: [], asksEvaluated: false, inPlace: [] };
}

/** `true`, `false`, or what is no schema, which is said where it is found. */
function plainNode(given: unknown, base: string): Node {
  if (given === true) return newNode(base);
  return { ...newNode(base), checks: [(_, run) => run.fail('is not allowed: leave it out')] };
}

function valueAt(schema: unknown, steps: Steps): unknown {
  let value = schema;
  for (const step of steps) {
    if (isArray(value)) value = value[Number(step)];
    else value = isObject(value) ? member(value, String(step)) : undefined;
  }
  return value;
}

/** What is wrong with a keyword that judges nothing. */
function faultOf(keyword: string, given: unknown): string | null {
  if (KEYWORDS.has(keyword)) return null;
  const type = ANNOTATIONS.get(keyword);
  if (type === undefined) return mistaken(keyword);
  const fits =
    type === 'any' ||
    (type === 'array' ? isArray(given) : type === 'object' ? isObject(given) : typeof given === type);
  return fits ? null : `must be ${type === 'array' || type === 'object' ? 'an' : 'a'} ${type}`;
}
