import type { JsonObject, JsonValue } from './json.ts';

/**
 * `T` with every array and member read-only at every depth: what came from a contract is never changed in place.
 * JSON of arbitrary content is read-only already and has no depth at which to stop, so it is left as it is.
 */
export type Immutable<T> = [JsonValue] extends [T]
  ? T
  : T extends readonly unknown[]
    ? { readonly [Index in keyof T]: Immutable<T[Index]> }
    : T extends object
      ? [JsonObject] extends [T]
        ? T
        : { readonly [Member in keyof T]: Immutable<T[Member]> }
      : T;
