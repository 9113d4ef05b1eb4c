import { canonicalText, isArray, member } from '../json.ts';
import { type Check, judgeMember, judgeQuietly, type Node } from '../node.ts';
import type { Keyword, Site } from '../site.ts';
import { alternatives, count } from './given.ts';

/** A check of arrays; other values pass. */
function ofArrays(check: (value: readonly unknown[], ...rest: Rest) => boolean): Check {
  return (value, run, seen) => !isArray(value) || check(value, run, seen);
}
type Rest = Parameters<Check> extends [unknown, ...infer R] ? R : never;

export const prefixItems: Keyword = (given, site, keyword) => {
  const schemas = alternatives(given, site, keyword);
  const nodes = schemas?.map((_, index) => site.below(keyword, index));
  if (!nodes) return null;
  return ofArrays((value, run, seen) => {
    let valid = true;
    for (const [index, node] of nodes.entries()) {
      if (index >= value.length) break;
      seen?.indices.add(index);
      if (judgeMember(node, index, value[index], run)) continue;
      valid = false;
      if (!run.wantsMore) return false;
    }
    return valid;
  });
};

/** Judges the items that the others leave. */
function rest(node: Node, isRest: (index: number, ...rest: Rest) => boolean): Check {
  return ofArrays((value, run, seen) => {
    let valid = true;
    for (const [index, item] of value.entries()) {
      run.spend(1);
      if (!isRest(index, run, seen) || judgeMember(node, index, item, run)) continue;
      valid = false;
      if (!run.wantsMore) return false;
    }
    if (seen) seen.everyItem = true;
    return valid;
  });
}

export const items: Keyword = (_, site, keyword) => {
  const prefix = member(site.schema, 'prefixItems');
  const first = isArray(prefix) ? prefix.length : 0;
  return rest(site.below(keyword), (index) => index >= first);
};

export const unevaluatedItems: Keyword = (_, site, keyword) => {
  site.node.asksEvaluated = true;
  return rest(site.below(keyword), (index, __, seen) => !seen?.everyItem && !seen?.indices.has(index));
};

export const contains: Keyword = (_, site, keyword) => {
  const node = site.below(keyword);
  const least = bound(site, 'minContains', 1);
  const most = bound(site, 'maxContains', Number.POSITIVE_INFINITY);
  return ofArrays((value, run, seen) => {
    let matching = 0;
    for (const [index, item] of value.entries()) {
      if (!judgeQuietly(node, item, run, null)) continue;
      matching += 1;
      seen?.indices.add(index);
      if (!seen && (matching > most || (matching >= least && most === Number.POSITIVE_INFINITY))) break;
    }
    if (matching < least)
      return run.fail(
        `must have at least ${least} item${least === 1 ? '' : 's'} that match${least === 1 ? 'es' : ''} its "contains"`,
      );
    return (
      matching <= most ||
      run.fail(
        `must have at most ${most} item${most === 1 ? '' : 's'} that match${most === 1 ? 'es' : ''} its "contains"`,
      )
    );
  });
};

/** A bound beside `contains`. What is wrong with it is said where it stands. */
function bound(site: Site, keyword: string, otherwise: number): number {
  const given = member(site.schema, keyword);
  return typeof given === 'number' ? given : otherwise;
}

/** Means something only beside `contains`, which reads it. */
export const containsBound: Keyword = (given, site, keyword) => {
  count(given, site, keyword);
  return null;
};

export const uniqueItems: Keyword = (given, site, keyword) => {
  if (typeof given !== 'boolean') return site.problem('must be true or false', keyword);
  if (!given) return null;
  return ofArrays((value, run) => {
    const found = new Map<string, number>();
    for (const [index, item] of value.entries()) {
      const text = canonicalText(item, run);
      const twin = found.get(text);
      if (twin !== undefined)
        return run.fail(`must not have the same item twice, as at ${twin} and ${index}`);
      found.set(text, index);
    }
    return true;
  });
};

function size(words: string, holds: (size: number, limit: number) => boolean): Keyword {
  return (given, site, keyword) => {
    const limit = count(given, site, keyword);
    if (limit === null) return null;
    const detail = `must have ${words} ${limit} item${limit === 1 ? '' : 's'}`;
    return ofArrays((value, run) => holds(value.length, limit) || run.fail(detail));
  };
}

export const minItems = size('at least', (size, limit) => size >= limit);
export const maxItems = size('at most', (size, limit) => size <= limit);
