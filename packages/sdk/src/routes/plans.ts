import type { RequestOptions } from '../http/api-request.ts';
import { call } from '../http/call.ts';
import type { Http } from '../http/http.ts';
import { path } from '../http/path.ts';
import { get, put } from '../http/requests.ts';
import type { ListQuery, Page } from './list.ts';

/** How much of one thing a plan allows; `limit` null or absent is no limit. */
export interface Quota {
  /** Recorded for billing, not enforced. */
  readonly free?: number | null | undefined;
  readonly limit?: number | null | undefined;
  /** Whether the limit is never crossed; else one call may cross it, and nothing more is let through. */
  readonly strict?: boolean | null | undefined;
  /** Minutes. */
  readonly retention?: number | null | undefined;
  /** Over what it counts. */
  readonly scope?: 'organization' | 'workspace' | 'project' | 'user' | 'project_user' | null | undefined;
  /** When it starts again; null or left out: never. */
  readonly period?: 'daily' | 'monthly' | 'yearly' | null | undefined;
}

/** A rate limit: `capacity` at once, `rate` per minute in the long run. */
export interface Throttle {
  readonly bucket: {
    readonly capacity?: number | null | undefined;
    readonly rate?: number | null | undefined;
    readonly algorithm?: 'gcra' | 'tbra' | null | undefined;
  } | null;
  /** Whether what is named is what it holds for, or what it does not. */
  readonly mode: 'include' | 'exclude';
  readonly categories?: readonly string[] | null | undefined;
  /** Pairs of method and path. */
  readonly endpoints?: readonly (readonly [string, string])[] | null | undefined;
}

/** Quotas by the name of what they count; several at different scopes or periods as a list. */
export type Quotas = Readonly<Record<string, Quota | readonly Quota[] | undefined>>;

/**
 * A plan in the grammar of the access plans, with at least one member. Which names there are the server knows: it
 * answers `plan_invalid` with every error.
 */
export interface PlanEntry {
  readonly description?: string | undefined;
  readonly flags?: Readonly<Record<string, boolean | undefined>> | undefined;
  readonly counters?: Quotas | undefined;
  readonly gauges?: Quotas | undefined;
  /** All that match hold. */
  readonly throttles?: readonly Throttle[] | undefined;
}

/** A plan as it was written. */
export interface Plan {
  readonly slug: string;
  readonly plan: PlanEntry;
  readonly updated_at: string;
}

/** `client.plans`: how much organizations may use. */
export interface PlanRoutes {
  /** For the installation's owner. Holds from the next call of every organization on the plan. */
  put(slug: string, plan: PlanEntry, options?: RequestOptions): Promise<Plan>;
  get(slug: string, options?: RequestOptions): Promise<Plan>;
  list(query?: ListQuery, options?: RequestOptions): Promise<Page<Plan>>;
}

/** `client.plans` over HTTP. */
export function planRoutes(http: Http): PlanRoutes {
  return {
    put: async (slug, plan, options) => call(http, put(path`/v1/plans/${slug}`, plan, options)),
    get: async (slug, options) => call(http, get(path`/v1/plans/${slug}`, {}, options)),
    list: (query = {}, options) => call(http, get('/v1/plans', { ...query }, options)),
  };
}
