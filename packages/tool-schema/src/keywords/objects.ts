import { isObject, type JsonObject, member } from '../json.ts';
import { type Check, judge, judgeMember, judgeQuietly, type Node } from '../node.ts';
import type { Pattern } from '../pattern.ts';
import type { Keyword, Site } from '../site.ts';
import { count, names, object } from './given.ts';

/** A check of objects; other values pass. */
function ofObjects(check: (value: JsonObject, ...rest: Rest) => boolean): Check {
  return (value, run, seen) => !isObject(value) || check(value, run, seen);
}
type Rest = Parameters<Check> extends [unknown, ...infer R] ? R : never;

export const properties: Keyword = (given, site, keyword) => {
  const named = object(given, site, keyword);
  if (!named) return null;
  const nodes = new Map(Object.keys(named).map((name) => [name, site.below(keyword, name)]));
  return ofObjects((value, run, seen) => {
    let valid = true;
    for (const name of Object.keys(value)) {
      run.spend(1);
      const node = nodes.get(name);
      if (!node) continue;
      seen?.names.add(name);
      if (judgeMember(node, name, value[name], run)) continue;
      valid = false;
      if (!run.wantsMore) return false;
    }
    return valid;
  });
};

function patternsOf(given: unknown, site: Site, keyword: string): readonly (readonly [Pattern, Node])[] {
  const named = object(given, site, keyword);
  return Object.keys(named ?? {}).flatMap((source) => {
    const pattern = site.pattern(source, keyword, source);
    return pattern ? [[pattern, site.below(keyword, source)] as const] : [];
  });
}

export const patternProperties: Keyword = (given, site, keyword) => {
  const patterns = patternsOf(given, site, keyword);
  return ofObjects((value, run, seen) => {
    let valid = true;
    for (const name of Object.keys(value)) {
      run.spend(1 + patterns.length);
      for (const [pattern, node] of patterns) {
        if (!pattern.matches(name, run)) continue;
        seen?.names.add(name);
        if (judgeMember(node, name, value[name], run)) continue;
        valid = false;
        if (!run.wantsMore) return false;
      }
    }
    return valid;
  });
};

const UNNAMED = 'is a property that the input schema does not name: leave it out';

/** Judges the members that the others leave; a schema that is plainly `false` is put into words. */
function rest(given: unknown, node: Node, isRest: (name: string, ...rest: Rest) => boolean): Check {
  return ofObjects((value, run, seen) => {
    let valid = true;
    for (const name of Object.keys(value)) {
      run.spend(1);
      if (!isRest(name, run, seen)) continue;
      if (given === false ? run.fail(UNNAMED, name) : judgeMember(node, name, value[name], run)) continue;
      valid = false;
      if (!run.wantsMore) return false;
    }
    if (seen) seen.everyName = true;
    return valid;
  });
}

export const additionalProperties: Keyword = (given, site, keyword) => {
  const named = new Set(Object.keys(objectOf(site.schema, 'properties')));
  // What is wrong with the expressions is said where they stand.
  const patterns = Object.keys(objectOf(site.schema, 'patternProperties')).flatMap(
    (source) => site.pattern(source, 'patternProperties', source) ?? [],
  );
  return rest(given, site.below(keyword), (name, run) => {
    run.spend(patterns.length);
    return !named.has(name) && !patterns.some((pattern) => pattern.matches(name, run));
  });
};

function objectOf(schema: Site['schema'], keyword: string): JsonObject {
  const given = member(schema, keyword);
  return isObject(given) ? given : {};
}

export const unevaluatedProperties: Keyword = (given, site, keyword) => {
  site.node.asksEvaluated = true;
  return rest(given, site.below(keyword), (name, _, seen) => !seen?.everyName && !seen?.names.has(name));
};

export const propertyNames: Keyword = (_, site, keyword) => {
  const node = site.below(keyword);
  return ofObjects((value, run) => {
    let valid = true;
    for (const name of Object.keys(value)) {
      if (judgeQuietly(node, name, run, null)) continue;
      valid = run.fail('is a property name that the input schema does not allow', name);
      if (!run.wantsMore) return false;
    }
    return valid;
  });
};

function requires(
  required: readonly string[],
  detail: string,
): (value: JsonObject, ...rest: Rest) => boolean {
  return (value, run) => {
    run.spend(required.length);
    let valid = true;
    for (const name of required) {
      if (Object.hasOwn(value, name)) continue;
      valid = run.fail(detail, name);
      if (!run.wantsMore) return false;
    }
    return valid;
  };
}

export const required: Keyword = (given, site, keyword) => {
  const all = names(given, site, keyword);
  return all && ofObjects(requires(all, 'is required'));
};

export const dependentRequired: Keyword = (given, site, keyword) => {
  const dependents = Object.entries(object(given, site, keyword) ?? {}).map(([name, needed]) => {
    const all = names(needed, site, keyword, name) ?? [];
    return [name, requires(all, `is required where ${JSON.stringify(name)} is given`)] as const;
  });
  return ofObjects((value, run, seen) => {
    run.spend(dependents.length);
    let valid = true;
    for (const [name, holds] of dependents) {
      if (!Object.hasOwn(value, name) || holds(value, run, seen)) continue;
      valid = false;
      if (!run.wantsMore) return false;
    }
    return valid;
  });
};

export const dependentSchemas: Keyword = (given, site, keyword) => {
  const named = Object.keys(object(given, site, keyword) ?? {});
  const dependents = named.map((name) => [name, site.inPlace(keyword, name)] as const);
  return ofObjects((value, run, seen) => {
    run.spend(dependents.length);
    let valid = true;
    for (const [name, node] of dependents) {
      if (!Object.hasOwn(value, name) || judge(node, value, run, seen)) continue;
      valid = false;
      if (!run.wantsMore) return false;
    }
    return valid;
  });
};

function size(words: string, holds: (size: number, limit: number) => boolean): Keyword {
  return (given, site, keyword) => {
    const limit = count(given, site, keyword);
    if (limit === null) return null;
    const detail = `must have ${words} ${limit} ${limit === 1 ? 'property' : 'properties'}`;
    return ofObjects((value, run) => {
      const members = Object.keys(value).length;
      run.spend(members);
      return holds(members, limit) || run.fail(detail);
    });
  };
}

export const minProperties = size('at least', (size, limit) => size >= limit);
export const maxProperties = size('at most', (size, limit) => size <= limit);
