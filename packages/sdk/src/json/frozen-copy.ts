import type { FieldError } from '../problem.ts';
import type { JsonValue } from './json-value.ts';

/** Deeper values are taken for values that refer to themselves; the server stops at 32. */
const MAX_DEPTH = 100;

/** A frozen copy of a value, or every place where the value is not JSON. */
export type FrozenCopy =
  | { readonly ok: true; readonly value: JsonValue }
  | { readonly ok: false; readonly errors: readonly FieldError[] };

/**
 * Copies what `JSON.stringify` would write, freezes it at every depth, and refuses what `JSON.stringify` would
 * silently turn into something else (`NaN`, `Date`, `Map`, a function, `undefined` in an array). Members that are
 * `undefined` are left out, as JSON has them.
 *
 * @param at JSON pointer of `value`, for the errors.
 */
export function frozenCopy(value: unknown, at = ''): FrozenCopy {
  const errors: FieldError[] = [];
  const copy = copyOf(value, at, 0, errors);
  return errors.length === 0 ? { ok: true, value: copy } : { ok: false, errors };
}

function copyOf(value: unknown, at: string, depth: number, errors: FieldError[]): JsonValue {
  const refuse = (detail: string): null => {
    errors.push({ pointer: at, detail });
    return null;
  };
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') {
    // Minus zero is written as 0; the copy says what is sent.
    return Number.isFinite(value) ? value + 0 : refuse('must be a finite number; JSON has no other');
  }
  if (typeof value !== 'object') return refuse(`must be JSON, not ${typeof value}`);
  if (depth >= MAX_DEPTH) return refuse('is nested too deeply, or refers to itself');
  if (Array.isArray(value)) {
    return Object.freeze(
      Array.from(value, (item, index) => copyOf(item, `${at}/${index}`, depth + 1, errors)),
    );
  }
  if (!isPlain(value)) return refuse('must be a plain object; convert it first, such as a Date to its text');
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  // fromEntries defines members, so that one named __proto__ stays a member.
  return Object.freeze(
    Object.fromEntries(
      members.map(([name, member]) => [
        name,
        copyOf(member, `${at}/${pointerToken(name)}`, depth + 1, errors),
      ]),
    ),
  );
}

/** An object literal of this realm or of another: its prototype has no prototype. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function pointerToken(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}
