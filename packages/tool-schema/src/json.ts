import type { Run } from './run.ts';

export type JsonObject = { readonly [name: string]: unknown };

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export const isArray: (value: unknown) => value is readonly unknown[] = Array.isArray;

/** A member that is the object's own: `constructor` is no argument unless somebody sends it. */
export function member(object: JsonObject, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

/** Characters read in one step. */
const CHARS_PER_STEP = 16;

export function stepsToRead(text: string): number {
  return 1 + Math.ceil(text.length / CHARS_PER_STEP);
}

/** A text that two JSON values share exactly when JSON Schema calls them equal: members in any order, 1.0 as 1. */
export function canonicalText(value: unknown, run: Run | null): string {
  if (typeof value === 'string') {
    run?.spend(stepsToRead(value));
    return JSON.stringify(value);
  }
  if (typeof value !== 'object' || value === null) {
    run?.spend(1);
    return JSON.stringify(value);
  }
  run?.enter(2);
  const text = isArray(value) ? arrayText(value, run) : objectText(value as JsonObject, run);
  run?.leave();
  return text;
}

function arrayText(value: readonly unknown[], run: Run | null): string {
  return `[${value.map((item) => canonicalText(item, run)).join(',')}]`;
}

function objectText(value: JsonObject, run: Run | null): string {
  const names = Object.keys(value);
  run?.spend(Math.ceil(names.length * Math.log2(1 + names.length)));
  const members = names
    .sort()
    .map((name) => `${canonicalText(name, run)}:${canonicalText(value[name], run)}`);
  return `{${members.join(',')}}`;
}
