import type { RequestOptions } from '../http/api-request.ts';
import { call } from '../http/call.ts';
import type { Http } from '../http/http.ts';
import { path } from '../http/path.ts';
import { get, put } from '../http/requests.ts';
import type { JsonObject } from '../json/json-value.ts';
import type { ListQuery, Page } from './list.ts';

/**
 * A plan in the grammar of the access plans; its names are the server's, which answers `plan_invalid` with every
 * error. At least one member.
 */
export interface PlanEntry {
  readonly description?: string | undefined;
  readonly flags?: Readonly<Record<string, boolean>> | undefined;
  readonly counters?: Readonly<Record<string, JsonObject | readonly JsonObject[]>> | undefined;
  readonly gauges?: Readonly<Record<string, JsonObject | readonly JsonObject[]>> | undefined;
  readonly throttles?: readonly JsonObject[] | undefined;
}

export interface Plan {
  readonly slug: string;
  readonly plan: PlanEntry;
  readonly updated_at: string;
}

export interface PlanRoutes {
  /** For the installation's owner. Holds from the next call of every organization on the plan. */
  put(slug: string, plan: PlanEntry, options?: RequestOptions): Promise<Plan>;
  get(slug: string, options?: RequestOptions): Promise<Plan>;
  list(query?: ListQuery, options?: RequestOptions): Promise<Page<Plan>>;
}

export function planRoutes(http: Http): PlanRoutes {
  return {
    put: async (slug, plan, options) => call(http, put(path`/v1/plans/${slug}`, plan, options)),
    get: async (slug, options) => call(http, get(path`/v1/plans/${slug}`, {}, options)),
    list: (query = {}, options) => call(http, get('/v1/plans', { ...query }, options)),
  };
}
