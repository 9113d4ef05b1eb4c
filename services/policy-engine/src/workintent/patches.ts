import type { StatePatch } from '@countersign/contracts';
import type { JsonObject, JsonValue } from '@countersign/event-sourcing';

/** Why a patch could not be applied: which one, and what is wrong with it. */
export interface PatchFault {
  readonly index: number;
  readonly detail: string;
}

/** The state after all patches, or what is wrong with the first that does not fit. Nothing is changed in place. */
export function applyPatches(state: JsonObject, patches: readonly StatePatch[]): JsonObject | PatchFault[] {
  let current = state;
  for (const [index, patch] of patches.entries()) {
    const path = patch.path.split('/').filter((name) => name !== '');
    const detail = path.length === 0 ? 'path: must name something in the state' : faultOf(patch);
    const next = detail === null ? changed(current, path, patch) : detail;
    if (typeof next === 'string') return [{ index, detail: next }];
    current = next;
  }
  return current;
}

function faultOf({ op, value }: StatePatch): string | null {
  if (op === 'remove') return value === undefined ? null : 'value: is not taken with remove';
  return value === undefined ? `value: is required with ${op}` : null;
}

/** The object with one place changed, or why it can't be. */
function changed(object: JsonObject, path: readonly string[], patch: StatePatch): JsonObject | string {
  const [name = '', ...rest] = path;
  const present = Object.hasOwn(object, name) ? object[name] : undefined;
  if (rest.length === 0) return changedHere(object, name, present, patch);
  if (present === undefined && patch.op === 'remove') return object;
  const inner = present ?? {};
  if (!isObject(inner)) return `path: ${name} is no object`;
  const next = changed(inner, rest, patch);
  return typeof next === 'string' ? next : { ...object, [name]: next };
}

function changedHere(
  object: JsonObject,
  name: string,
  present: JsonValue | undefined,
  { op, value = null }: StatePatch,
): JsonObject | string {
  if (op === 'set') return { ...object, [name]: value };
  if (op === 'remove') return Object.fromEntries(Object.entries(object).filter(([one]) => one !== name));
  if (present !== undefined && !Array.isArray(present)) return `path: ${name} is no list`;
  return { ...object, [name]: [...(present ?? []), value] };
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
