import { entriesOf, kindOf, members } from './fields.ts';
import { parseQuotas } from './parse-quota.ts';
import { parseThrottles } from './parse-throttle.ts';
import type { Plan } from './plan.ts';
import { at, type Parsed, parsing, type Report } from './problem.ts';
import { COUNTERS, FLAGS, GAUGES } from './slugs.ts';

/** Longest description, in characters. */
export const MAX_DESCRIPTION_CHARS = 4_000;

const PLAN_SLUG = /^[a-z0-9][a-z0-9._-]{0,62}$/;

/**
 * One plan entry in the seed's grammar, as decoded JSON. Strict: unknown names, wrong types and numbers that are not
 * safe integers in range are errors, reported all at once.
 */
export function parsePlan(json: unknown): Parsed<Plan> {
  return parsing((report) => parseEntry(json, '', report));
}

/** A map of plan entries by slug, as `COUNTERSIGN_ACCESS_PLANS` holds it. */
export function parsePlanCatalog(json: unknown): Parsed<ReadonlyMap<string, Plan>> {
  return parsing((report) => {
    const plans = new Map<string, Plan>();
    const entries = entriesOf(json, '', report);
    if (entries?.size === 0) report('', 'has no plans', 'define at least one plan, or leave the catalog out');
    for (const [slug, entry] of entries ?? []) {
      if (!PLAN_SLUG.test(slug)) {
        report(
          at('', slug),
          'is not a plan slug',
          'use 1 to 63 of a-z, 0-9, ".", "_", "-"; begin with a letter or digit',
        );
      }
      plans.set(slug, parseEntry(entry, at('', slug), report));
    }
    return plans;
  });
}

function parseEntry(value: unknown, pointer: string, report: Report): Plan {
  const known = ['description', 'flags', 'counters', 'gauges', 'throttles'] as const;
  const given = members(value, pointer, known, report) ?? new Map<string, unknown>();
  const optional = (field: string, empty: unknown) => (given.has(field) ? given.get(field) : empty);
  const description = given.get('description');
  const plan: Plan = {
    ...(typeof description === 'string' ? { description } : {}),
    flags: parseFlags(optional('flags', {}), at(pointer, 'flags'), report),
    counters: parseQuotas(optional('counters', {}), at(pointer, 'counters'), COUNTERS, 'counter', report),
    gauges: parseQuotas(optional('gauges', {}), at(pointer, 'gauges'), GAUGES, 'gauge', report),
    throttles: parseThrottles(given.get('throttles') ?? [], at(pointer, 'throttles'), report),
  };
  checkDescription(description, given.has('description'), at(pointer, 'description'), report);
  if (isObject(value) && [...given.values()].every(isEmpty)) {
    report(pointer, 'says nothing', 'give a description, flags, counters, gauges or throttles');
  }
  return plan;
}

function parseFlags(value: unknown, pointer: string, report: Report): Plan['flags'] {
  const given = members(value, pointer, FLAGS, report);
  const flags: { -readonly [flag in keyof Plan['flags']]: boolean } = {};
  for (const flag of FLAGS) {
    if (!given?.has(flag)) continue;
    const switched = given.get(flag);
    if (typeof switched === 'boolean') flags[flag] = switched;
    else report(at(pointer, flag), `is ${kindOf(switched)}`, 'write true or false');
  }
  return flags;
}

function checkDescription(value: unknown, given: boolean, pointer: string, report: Report): void {
  if (!given || (typeof value === 'string' && value.length <= MAX_DESCRIPTION_CHARS)) return;
  report(pointer, `is ${kindOf(value)}`, `write a text of at most ${MAX_DESCRIPTION_CHARS} characters`);
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An empty text, list or map. Whatever else is wrong has been reported already. */
function isEmpty(value: unknown): boolean {
  return value === '' || (typeof value === 'object' && value !== null && Object.keys(value).length === 0);
}
