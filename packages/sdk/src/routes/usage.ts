import type { RequestOptions } from '../http/api-request.ts';
import { call } from '../http/call.ts';
import type { Http } from '../http/http.ts';
import { post } from '../http/requests.ts';
import { uuidV7 } from '../uuid-v7.ts';
import type { Meter } from './meters.ts';

/** What was used, or (with `refund_of`, a negative amount) was not used after all. */
export interface UsageRequest {
  readonly key: 'evaluations_run' | 'traces_ingested' | 'credits_consumed' | 'events_ingested';
  /** Whole; negative with `refund_of` only: at most what is left of that report. */
  readonly amount: number;
  /** The report that is taken back: its id, or the caller's own idempotency key of it. */
  readonly refund_of?: string | undefined;
  /** Whose; default the caller's own, for an agent its owner's. */
  readonly user?: string | undefined;
  readonly project?: string | undefined;
}

/** What was counted, and the meters afterwards. */
export interface UsageReport {
  readonly id: string;
  readonly key: UsageRequest['key'];
  readonly amount: number;
  /** Of the report that was taken back: its id, and what still can be taken back of it. */
  readonly refund_of?: string | undefined;
  readonly left?: number | undefined;
  readonly meters: readonly Meter[];
}

/** What somebody wants to use. */
export interface EntitlementRequest {
  /** A flag, a counter or a gauge of the plan. */
  readonly key: string;
  /** Default 1. */
  readonly amount?: number | undefined;
  readonly user?: string | undefined;
  readonly project?: string | undefined;
}

/** Whether the plan allows it; `reason` null where it does. */
export interface Entitlement {
  readonly key: string;
  readonly kind: 'flag' | 'counter' | 'gauge';
  readonly allowed: boolean;
  readonly reason: 'flag_off' | 'not_in_plan' | 'over_quota' | null;
  readonly plan: string;
  readonly meters: readonly Meter[];
}

/** `client.usage`: what is used beside tool calls. */
export interface UsageRoutes {
  /**
   * Counts before something happens, or rejects with 429 `over_quota`. Without `idempotencyKey` a fresh UUIDv7 is sent, so that
   * the client's own retries are one report.
   */
  report(
    request: UsageRequest,
    options?: RequestOptions & { readonly idempotencyKey?: string | undefined },
  ): Promise<UsageReport>;
  /** Asks whether the plan allows something; uses nothing up. */
  check(request: EntitlementRequest, options?: RequestOptions): Promise<Entitlement>;
}

/** `client.usage` over HTTP. */
export function usageRoutes(http: Http): UsageRoutes {
  return {
    async report(request, { idempotencyKey = uuidV7(), ...options } = {}) {
      const headers = { 'idempotency-key': idempotencyKey };
      return call(http, { ...post('/v1/usage', request, 'repeatable', options), headers });
    },
    check: async (request, options) =>
      call(http, post('/v1/entitlements/check', request, 'repeatable', options)),
  };
}
