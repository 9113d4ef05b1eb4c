import type { RequestOptions } from '../http/api-request.ts';
import { call } from '../http/call.ts';
import type { Http } from '../http/http.ts';
import { path } from '../http/path.ts';
import { get } from '../http/requests.ts';
import type { ListQuery, Page } from './list.ts';

/** A subject whose events wait because a handler failed on one of them. */
export interface Parked {
  readonly id: string;
  readonly processor: string;
  readonly subject: string;
  readonly event_id: string;
  readonly event_type: string;
  readonly position: string;
  readonly error: { readonly code: string; readonly message: string };
  readonly attempts: number;
  /** Later events of the subject that wait behind this one. */
  readonly waiting: number;
  readonly parked_at: string;
}

/** `released` where nothing of the subject waits any more; `handled`: events that were handled now. */
export interface ParkedRetryAnswer {
  readonly id: string;
  readonly state: 'released' | 'parked';
  readonly handled: number;
}

/** For operators of the installation. */
export interface ParkedRoutes {
  list(
    query?: ListQuery & { readonly processor?: string | undefined },
    options?: RequestOptions,
  ): Promise<Page<Parked>>;
  get(id: string, options?: RequestOptions): Promise<Parked>;
  /** Handles a parked subject again, in order. */
  retry(id: string, options?: RequestOptions): Promise<ParkedRetryAnswer>;
}

/** `client.parked` over HTTP. */
export function parkedRoutes(http: Http): ParkedRoutes {
  return {
    list: (query = {}, options) => call(http, get('/v1/parked', { ...query }, options)),
    get: async (id, options) => call(http, get(path`/v1/parked/${id}`, {}, options)),
    retry: async (id, { signal } = {}) =>
      call(http, { method: 'POST', path: path`/v1/parked/${id}/retry`, repeatable: false, signal }),
  };
}
