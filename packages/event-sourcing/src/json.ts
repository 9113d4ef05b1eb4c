/** JSON as it may stand in a stored event: no `Date`, `bigint`, class or `undefined`. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;
/** The form of an event's data. */
export type JsonObject = { readonly [key: string]: JsonValue };
