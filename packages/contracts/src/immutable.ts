/** `T` with every array and member read-only at every depth: what came from a contract is never changed in place. */
export type Immutable<T> = T extends readonly unknown[]
  ? { readonly [Index in keyof T]: Immutable<T[Index]> }
  : T extends object
    ? { readonly [Member in keyof T]: Immutable<T[Member]> }
    : T;
