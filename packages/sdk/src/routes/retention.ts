import type { RequestOptions } from '../http/api-request.ts';
import { call } from '../http/call.ts';
import type { Http } from '../http/http.ts';
import { path } from '../http/path.ts';
import { del, get, put } from '../http/requests.ts';
import type { ListQuery, Page } from './list.ts';

/** What a flush came to: `skipped` where another one was under way. */
export interface FlushResult {
  readonly status: 'success' | 'skipped' | 'failed';
  readonly flushed: readonly { readonly organization: string; readonly before: string }[];
  /** Organizations under a legal hold. */
  readonly held: readonly string[];
  readonly failed: readonly { readonly organization: string; readonly detail: string }[];
}

/** Whose data is to be kept, and why. */
export interface LegalHoldRequest {
  /** A user; absent: everything of the organization. */
  readonly subject?: string | undefined;
  readonly reason: string;
}

/** Data that no flush lets go of until the hold is lifted. */
export interface LegalHold {
  readonly id: string;
  readonly subject: string | null;
  readonly reason: string | { readonly erased: true };
  readonly by: { readonly kind: string; readonly id: string };
  readonly placed_at: string;
}

/** `client.retention`: what is let go of, and what must be kept. */
export interface RetentionRoutes {
  /** Lets go of what plans keep no longer, now. */
  flush(domain: 'traces' | 'events', options?: RequestOptions): Promise<FlushResult>;
  /** The same hold again changes nothing. */
  hold(id: string, request: LegalHoldRequest, options?: RequestOptions): Promise<LegalHold>;
  /** The next flush lets go of what it kept. */
  lift(id: string, options?: RequestOptions): Promise<void>;
  holds(query?: ListQuery, options?: RequestOptions): Promise<Page<LegalHold>>;
}

/** `client.retention` over HTTP. */
export function retentionRoutes(http: Http): RetentionRoutes {
  return {
    flush: async (domain, { signal } = {}) =>
      call(http, { method: 'POST', path: path`/v1/retention/${domain}/flush`, repeatable: true, signal }),
    hold: async (id, request, options) => call(http, put(path`/v1/legal-holds/${id}`, request, options)),
    lift: async (id, options) => call(http, del(path`/v1/legal-holds/${id}`, options)),
    holds: (query = {}, options) => call(http, get('/v1/legal-holds', { ...query }, options)),
  };
}
