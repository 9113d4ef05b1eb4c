/** A value that JSON can hold. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;

/** A JSON object of arbitrary content. */
export type JsonObject = { readonly [member: string]: JsonValue };

/** What the server answers in the place of a value whose key was destroyed. */
export type OrErased<Value> = Value | { readonly erased: true };

/** `T` as a frozen copy has it: read-only at every depth. */
export type DeepReadonly<T> = T extends (...parameters: never) => unknown
  ? T
  : T extends object
    ? { readonly [Member in keyof T]: DeepReadonly<T[Member]> }
    : T;

/** Whether a parsed JSON value is an object (not an array, not null). */
export function isJsonObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
