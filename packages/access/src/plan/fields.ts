import { at, type Report } from './problem.ts';

/** A JSON object's members, or undefined (reported) for anything else. Members outside `known` are reported. */
export function members(
  value: unknown,
  pointer: string,
  known: readonly string[],
  report: Report,
): ReadonlyMap<string, unknown> | undefined {
  const entries = entriesOf(value, pointer, report);
  for (const key of entries?.keys() ?? []) {
    if (!known.includes(key)) report(at(pointer, key), 'is not known', `use one of: ${known.join(', ')}`);
  }
  return entries;
}

/** A JSON object's members under any names. A Map, so that no key can reach a prototype. */
export function entriesOf(
  value: unknown,
  pointer: string,
  report: Report,
): ReadonlyMap<string, unknown> | undefined {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return new Map(Object.entries(value));
  }
  report(pointer, `is ${kindOf(value)}`, 'write a JSON object');
  return undefined;
}

/** A JSON array, or undefined (reported) for anything else. */
export function elements(value: unknown, pointer: string, report: Report): readonly unknown[] | undefined {
  if (Array.isArray(value)) return value;
  report(pointer, `is ${kindOf(value)}`, 'write a JSON array');
  return undefined;
}

/** An integer from `least` to `most`, or null where it is absent, null or wrong (reported). */
export function integer(
  value: unknown,
  pointer: string,
  least: number,
  most: number,
  report: Report,
): number | null {
  if (value === undefined || value === null) return null;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= least && value <= most)
    return value;
  report(pointer, `is ${kindOf(value)}`, `write an integer from ${least} to ${most}, or null`);
  return null;
}

/** One of the named choices, or null where it is absent, null or wrong (reported). */
export function choice<const Choice extends string | number>(
  value: unknown,
  pointer: string,
  choices: readonly Choice[],
  report: Report,
): Choice | null {
  if (value === undefined || value === null) return null;
  const chosen = choices.find((candidate) => candidate === value);
  if (chosen !== undefined) return chosen;
  report(pointer, `is ${kindOf(value)}`, `use one of: ${choices.join(', ')}`);
  return null;
}

/** The value in words, short enough for a message. */
export function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'string') return `the string ${JSON.stringify(value.slice(0, 40))}`;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return value === undefined ? 'missing' : `an ${typeof value}`;
}
