import type { ApiRequest, RequestOptions } from '../http/api-request.ts';
import { call } from '../http/call.ts';
import type { Http } from '../http/http.ts';
import { post, type Repetition } from '../http/requests.ts';
import type { JsonObject } from '../json/json-value.ts';
import type { Obligations } from '../model/verdict.ts';

/** A permit, and the arguments that are about to be executed. */
export interface PermitRequest {
  readonly permit: string;
  readonly arguments: JsonObject;
}

/** A permit that holds for these arguments. */
export interface PermitValid {
  readonly valid: true;
  readonly tool_call_id: string;
  readonly tool_name: string;
  readonly agent_id: string;
  readonly obligations: Obligations;
  readonly expires_at: string;
  readonly redeemed: boolean;
}

/** For executors: who gets a permit from an agent checks it, uses it up, and only then executes. */
export interface PermitRoutes {
  /** Checks a permit against arguments and changes nothing. */
  verify(request: PermitRequest, options?: RequestOptions): Promise<PermitValid>;
  /**
   * Uses a permit up. Never sent again by itself after no answer, because a second redemption is refused: after
   * `no_answer` or `timed_out` do not execute unless you know that nobody else had the permit.
   */
  redeem(request: PermitRequest, options?: RequestOptions): Promise<PermitValid>;
}

/** `client.permits` over HTTP. */
export function permitRoutes(http: Http): PermitRoutes {
  return {
    verify: (request, options) => call(http, post('/v1/permits/verify', request, 'repeatable', options)),
    redeem: (request, options) => call(http, redemption(request, 'once', options)),
  };
}

/** The request that uses a permit up. */
export function redemption(
  request: PermitRequest,
  repetition: Repetition,
  options?: RequestOptions,
): ApiRequest {
  return post('/v1/permits/redeem', request, repetition, options);
}
