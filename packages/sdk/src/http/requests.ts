import type { JsonObject } from '../json/json-value.ts';
import type { ApiRequest, RequestOptions } from './api-request.ts';

type Query = NonNullable<ApiRequest['query']>;

/** Whether a POST says the same when it is sent twice. GET, PUT and DELETE always do. */
export type Repetition = 'once' | 'repeatable';

/** A read; may be sent again. */
export function get(path: string, query: Query, { signal }: RequestOptions = {}): ApiRequest {
  return { method: 'GET', path, query, repeatable: true, signal };
}

/** Sets something to what the body says; may be sent again. */
export function put(path: string, body: object, { signal }: RequestOptions = {}): ApiRequest {
  return { method: 'PUT', path, body: body as JsonObject, repeatable: true, signal };
}

/** Does something; whether it may be sent again, `repetition` says. */
export function post(
  path: string,
  body: object,
  repetition: Repetition,
  { signal }: RequestOptions = {},
): ApiRequest {
  return {
    method: 'POST',
    path,
    body: body as JsonObject,
    repeatable: repetition === 'repeatable',
    signal,
  };
}

/** Ends something; may be sent again. */
export function del(path: string, { signal }: RequestOptions = {}): ApiRequest {
  return { method: 'DELETE', path, repeatable: true, signal };
}
