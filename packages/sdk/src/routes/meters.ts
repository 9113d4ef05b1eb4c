import type { RequestOptions } from '../http/api-request.ts';
import { call } from '../http/call.ts';
import type { Http } from '../http/http.ts';
import { get } from '../http/requests.ts';
import type { ListQuery, Page } from './list.ts';

/** A meter with its limit (null: none) and what stands against it, in the meter's unit. */
export interface Meter {
  readonly key: string;
  readonly scope: string;
  /** [start, end); `end` is null where the meter never starts again. */
  readonly period: { readonly start: string; readonly end: string | null };
  /** `strict`: never above the limit; `soft`: one call may cross it; `observe`: only counted. */
  readonly mode: 'strict' | 'soft' | 'observe';
  readonly limit: number | null;
  readonly used: number;
  /** Held by calls that are under way. */
  readonly reserved: number;
  /** Used beyond what was held for it. */
  readonly overrun: number;
}

/** `client.meters`: what plans allow, and what was used of it. */
export interface MeterRoutes {
  /** @param query.scope such as `organization:acme` or `user:alice`; `rollup`: each rule added up over its scopes. */
  list(
    query?: ListQuery & { readonly scope?: string | undefined; readonly rollup?: boolean | undefined },
    options?: RequestOptions,
  ): Promise<Page<Meter>>;
}

/** `client.meters` over HTTP. */
export function meterRoutes(http: Http): MeterRoutes {
  return { list: (query = {}, options) => call(http, get('/v1/meters', { ...query }, options)) };
}
