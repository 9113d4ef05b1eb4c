import { choice, elements, integer, kindOf, members } from './fields.ts';
import type { PlanThrottle } from './plan.ts';
import { at, type Report } from './problem.ts';
import { ENDPOINT_METHODS, type EndpointMethod, THROTTLE_ALGORITHMS, THROTTLE_CATEGORIES } from './slugs.ts';

/** Most throttles of one plan. */
export const MAX_THROTTLES = 50;
/** Most categories or endpoints of one throttle. */
export const MAX_THROTTLE_TARGETS = 100;
/** Longest endpoint path, in characters. */
export const MAX_ENDPOINT_CHARS = 500;

/** Highest capacity and rate. Keeps every sum that a meter makes of them exact: 10^9 calls x 60,000 ms < 2^53. */
export const MAX_BUCKET = 1_000_000_000;

/** Above this rate (per minute) a bucket of one call loses capacity to the millisecond clock: up to a quarter. */
const MAX_RATE_OF_ONE_CALL = 60;

/** Stands in for an entry that was reported; a plan with problems is never returned. */
const UNUSED: PlanThrottle = {
  mode: 'include',
  categories: [],
  endpoints: null,
  bucket: { capacity: null, rate: null, algorithm: null },
};

/** Reads the throttles of a plan; what is wrong goes to `report`, each by its pointer. */
export function parseThrottles(value: unknown, pointer: string, report: Report): readonly PlanThrottle[] {
  const list = targets(value, pointer, MAX_THROTTLES, report) ?? [];
  return list.map((entry, index) => parseThrottle(entry, at(pointer, index), report));
}

function parseThrottle(value: unknown, pointer: string, report: Report): PlanThrottle {
  const known = ['mode', 'categories', 'endpoints', 'bucket'] as const;
  const given = members(value, pointer, known, report);
  if (given === undefined) return UNUSED;
  for (const field of ['mode', 'bucket']) {
    if (!given.has(field)) report(at(pointer, field), 'is missing', 'every throttle needs it');
  }
  if (given.get('mode') === null) report(at(pointer, 'mode'), 'is null', 'use one of: include, exclude');
  return {
    mode: choice(given.get('mode'), at(pointer, 'mode'), ['include', 'exclude'], report) ?? 'include',
    categories: parseCategories(given.get('categories'), at(pointer, 'categories'), report),
    endpoints: parseEndpoints(given.get('endpoints'), at(pointer, 'endpoints'), report),
    bucket: parseBucket(given.get('bucket'), at(pointer, 'bucket'), report),
  };
}

/** `null` and a bucket without capacity or rate say that nothing is throttled. */
function parseBucket(value: unknown, pointer: string, report: Report): PlanThrottle['bucket'] {
  if (value === undefined || value === null) return UNUSED.bucket;
  const given = members(value, pointer, ['capacity', 'rate', 'algorithm'], report);
  const capacity = integer(given?.get('capacity'), at(pointer, 'capacity'), 1, MAX_BUCKET, report);
  const rate = integer(given?.get('rate'), at(pointer, 'rate'), 1, MAX_BUCKET, report);
  const algorithm = choice(given?.get('algorithm'), at(pointer, 'algorithm'), THROTTLE_ALGORITHMS, report);
  if (capacity === 1 && rate !== null && rate > MAX_RATE_OF_ONE_CALL) {
    report(
      at(pointer, 'capacity'),
      `is 1 at a rate of ${rate} per minute, which a millisecond clock cannot reach`,
      `write at least 2 above ${MAX_RATE_OF_ONE_CALL} per minute`,
    );
  }
  return { capacity, rate, algorithm };
}

function parseCategories(value: unknown, pointer: string, report: Report): PlanThrottle['categories'] {
  if (value === undefined || value === null) return null;
  const list = targets(value, pointer, MAX_THROTTLE_TARGETS, report) ?? [];
  return list.map((entry, index) => {
    const category = choice(entry, at(pointer, index), THROTTLE_CATEGORIES, report);
    if (entry === null)
      report(at(pointer, index), 'is null', `use one of: ${THROTTLE_CATEGORIES.join(', ')}`);
    return category ?? 'standard';
  });
}

function parseEndpoints(value: unknown, pointer: string, report: Report): PlanThrottle['endpoints'] {
  if (value === undefined || value === null) return null;
  const list = targets(value, pointer, MAX_THROTTLE_TARGETS, report) ?? [];
  return list.map((entry, index) => parseEndpoint(entry, at(pointer, index), report));
}

function parseEndpoint(value: unknown, pointer: string, report: Report): readonly [EndpointMethod, string] {
  const [method, path, ...rest] = elements(value, pointer, report) ?? [];
  const known = choice(method, at(pointer, 0), ENDPOINT_METHODS, report);
  if (method === undefined || method === null || rest.length > 0) {
    report(pointer, 'is not a pair', 'write ["post", "/path"]');
  }
  const usable = typeof path === 'string' && path.length > 0 && path.length <= MAX_ENDPOINT_CHARS;
  if (!usable) {
    report(at(pointer, 1), `is ${kindOf(path)}`, `write a path of 1 to ${MAX_ENDPOINT_CHARS} characters`);
  }
  return [known ?? 'any', usable ? path : ''];
}

function targets(
  value: unknown,
  pointer: string,
  most: number,
  report: Report,
): readonly unknown[] | undefined {
  const list = elements(value, pointer, report);
  if (list !== undefined && list.length > most) {
    report(pointer, `has ${list.length} entries`, `list at most ${most}`);
  }
  return list;
}
