import type { RequestOptions } from '../http/api-request.ts';
import { call } from '../http/call.ts';
import type { Http } from '../http/http.ts';
import { get } from '../http/requests.ts';

/** The process runs. */
export interface Health {
  readonly status: 'ok';
}

/** Everything that has to work does; each check by its name. */
export interface Readiness {
  readonly status: 'ready';
  readonly checks: readonly {
    readonly name: string;
    readonly ready: boolean;
    readonly detail?: string | undefined;
  }[];
}

/** Neither needs a key. Both are sent once, because "not now" is an answer here. */
export interface HealthRoutes {
  /** The process runs. */
  live(options?: RequestOptions): Promise<Health>;
  /** It can answer calls; rejects with `unavailable`, whose detail says what is missing. */
  ready(options?: RequestOptions): Promise<Readiness>;
}

/** `client.health` over HTTP. */
export function healthRoutes(http: Http): HealthRoutes {
  return {
    live: (options) => call(http, { ...get('/healthz', {}, options), attempts: 1 }),
    ready: (options) => call(http, { ...get('/readyz', {}, options), attempts: 1 }),
  };
}
