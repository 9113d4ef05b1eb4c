import { z } from 'zod';

/** A value that JSON can hold. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;

/** A JSON object of arbitrary content, such as a tool call's arguments. */
export type JsonObject = { readonly [member: string]: JsonValue };

const isObject = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Any JSON object, handed on as it is: not copied and not walked, because its digest must cover the very bytes
 * that came in and the HTTP layer has already refused what JSON does not allow.
 */
export const jsonObject = z
  .unknown()
  .refine(isObject, 'must be a JSON object')
  .meta({ type: 'object' }) as unknown as z.ZodType<JsonObject>;

/** Any JSON value, handed on as it is. */
export const jsonValue = z
  .unknown()
  .refine(
    (value) => value !== undefined,
    'must be given; use null for nothing',
  ) as unknown as z.ZodType<JsonValue>;
