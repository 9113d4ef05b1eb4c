import { isMultipleOf, MULTIPLE_OF_STEPS } from '../decimal.ts';
import { canonicalText, isArray, isObject, stepsToRead } from '../json.ts';
import type { Check } from '../node.ts';
import type { Keyword } from '../site.ts';
import { count, list, number, text } from './given.ts';

const TYPES = new Map<unknown, (value: unknown) => boolean>([
  ['null', (value) => value === null],
  ['boolean', (value) => typeof value === 'boolean'],
  ['object', isObject],
  ['array', isArray],
  ['number', (value) => typeof value === 'number'],
  ['string', (value) => typeof value === 'string'],
  ['integer', Number.isInteger],
]);

export const type: Keyword = (given, site) => {
  const types = isArray(given) ? given : [given];
  const tests = types.map((name) => TYPES.get(name));
  if (types.length === 0 || tests.includes(undefined) || new Set(types).size < types.length)
    return site.problem(`must be one of ${listOf([...TYPES.keys()])}, or an array of some of them`, 'type');
  const detail = `must be ${types.join(' or ')}`;
  return (value, run) => tests.some((test) => test?.(value)) || run.fail(detail);
};

export const enumeration: Keyword = (given, site, name) => {
  const values = list(given, site, name);
  return values && oneOfValues(values, `must be one of ${listOf(values)}`);
};

export const constant: Keyword = (given) => oneOfValues([given], `must be ${listOf([given])}`);

function oneOfValues(values: readonly unknown[], detail: string): Check {
  const texts = new Set(values.map((value) => canonicalText(value, null)));
  const composite = values.some((value) => typeof value === 'object' && value !== null);
  return (value, run) => {
    if (typeof value === 'object' && value !== null && !composite) return run.fail(detail);
    return texts.has(canonicalText(value, run)) || run.fail(detail);
  };
}

/** Longest list of allowed values that an answer repeats. */
const MAX_LIST_CHARS = 200;

/** Values of the schema itself, as far as there is room. */
function listOf(values: readonly unknown[]): string {
  const shown = values.slice(0, MAX_LIST_CHARS).map((value) => JSON.stringify(value));
  const list = shown.join(', ');
  return list.length > MAX_LIST_CHARS ? `${list.slice(0, MAX_LIST_CHARS)}…` : list;
}

function bound(sign: string, holds: (value: number, limit: number) => boolean): Keyword {
  return (given, site, name) => {
    const limit = number(given, site, name);
    if (limit === null) return null;
    const detail = `must be ${sign} ${limit}`;
    return (value, run) => typeof value !== 'number' || holds(value, limit) || run.fail(detail);
  };
}

export const minimum = bound('>=', (value, limit) => value >= limit);
export const maximum = bound('<=', (value, limit) => value <= limit);
export const exclusiveMinimum = bound('>', (value, limit) => value > limit);
export const exclusiveMaximum = bound('<', (value, limit) => value < limit);

export const multipleOf: Keyword = (given, site, name) => {
  if (typeof given !== 'number' || given <= 0) return site.problem('must be a number above 0', name);
  const detail = `must be a multiple of ${given}`;
  return (value, run) => {
    if (typeof value !== 'number') return true;
    if (!Number.isSafeInteger(value) || !Number.isSafeInteger(given)) run.spend(MULTIPLE_OF_STEPS);
    return isMultipleOf(value, given) || run.fail(detail);
  };
};

function length(words: string, holds: (length: number, limit: number) => boolean): Keyword {
  return (given, site, name) => {
    const limit = count(given, site, name);
    if (limit === null) return null;
    const detail = `must have ${words} ${limit} character${limit === 1 ? '' : 's'}`;
    return (value, run) => {
      if (typeof value !== 'string') return true;
      run.spend(stepsToRead(value));
      return holds(codePoints(value), limit) || run.fail(detail);
    };
  };
}

export const minLength = length('at least', (length, limit) => length >= limit);
export const maxLength = length('at most', (length, limit) => length <= limit);

function codePoints(text: string): number {
  let points = text.length;
  for (let i = 1; i < text.length; i += 1) {
    if (isTrail(text.charCodeAt(i)) && isLead(text.charCodeAt(i - 1))) points -= 1;
  }
  return points;
}

const isLead = (unit: number) => unit >= 0xd800 && unit < 0xdc00;
const isTrail = (unit: number) => unit >= 0xdc00 && unit < 0xe000;

export const pattern: Keyword = (given, site, name) => {
  const source = text(given, site, name);
  const compiled = source === null ? null : site.pattern(source, name);
  if (!compiled) return null;
  const detail = `must match the pattern ${shown(compiled.source)}`;
  return (value, run) => typeof value !== 'string' || compiled.matches(value, run) || run.fail(detail);
};

function shown(source: string): string {
  return source.length > MAX_LIST_CHARS ? `${source.slice(0, MAX_LIST_CHARS)}…` : source;
}
