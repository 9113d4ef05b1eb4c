import type { ApiRequest, RequestOptions } from '../http/api-request.ts';
import { call } from '../http/call.ts';
import type { Http } from '../http/http.ts';
import { path } from '../http/path.ts';
import { get, post } from '../http/requests.ts';
import type { CloudEvent } from '../model/cloud-event.ts';
import type { OutcomeRequest } from '../model/outcome.ts';
import type { ToolCall, ToolCallAllowed, ToolCallAwaiting, ToolCallRequest } from '../model/tool-call.ts';
import type { CallStatus } from '../model/verdict.ts';
import { uuidV7 } from '../uuid-v7.ts';
import type { ListQuery, Page } from './list.ts';

/** Calls of one status, of one agent, or all. */
export interface ToolCallQuery extends ListQuery {
  readonly status?: CallStatus | undefined;
  readonly agent_id?: string | undefined;
}

/** How long to hold the answer back, and what of the call is known already. */
export interface Wait {
  readonly waitMs?: number | undefined;
  readonly after?: string | undefined;
}

/** `client.toolCalls`: one request each. `client.guard` does the whole of a call. */
export interface ToolCallRoutes {
  /**
   * Announces a call. Without `idempotencyKey` a fresh UUIDv7 is sent, so that the client's own retries are one call.
   * Prefer `guard`, which also keeps a call from being executed twice.
   */
  announce(
    request: ToolCallRequest,
    options?: RequestOptions & { readonly idempotencyKey?: string | undefined },
  ): Promise<ToolCallAllowed | ToolCallAwaiting>;
  /**
   * @param options.waitMs hold the answer back until the call changes, at most 30000.
   * @param options.after `position` of what is known of the call: a change since then is answered at once.
   */
  get(id: string, options?: RequestOptions & Wait): Promise<ToolCall>;
  list(query?: ToolCallQuery, options?: RequestOptions): Promise<Page<ToolCall>>;
  /** Every event of the call, in ledger order. */
  timeline(id: string, options?: RequestOptions): Promise<{ readonly items: readonly CloudEvent[] }>;
  /** The same outcome again is accepted, another one is `outcome_conflict`. */
  reportOutcome(
    id: string,
    outcome: OutcomeRequest,
    options?: RequestOptions,
  ): Promise<{ readonly status: CallStatus }>;
}

/** `client.toolCalls` over HTTP. */
export function toolCallRoutes(http: Http): ToolCallRoutes {
  return {
    announce: async (request, { idempotencyKey = uuidV7(), ...options } = {}) =>
      call(http, announcement(request, idempotencyKey, options)),
    get: async (id, { waitMs, after, ...options } = {}) =>
      call(http, standing(id, { waitMs, after }, options)),
    list: (query = {}, options) => call(http, get('/v1/tool-calls', { ...query }, options)),
    timeline: async (id, options) => call(http, get(path`/v1/tool-calls/${id}/timeline`, {}, options)),
    reportOutcome: async (id, outcome, options) => call(http, outcomeReport(id, outcome, options)),
  };
}

/** The request that announces a call under a key. */
export function announcement(request: ToolCallRequest, key: string, options?: RequestOptions): ApiRequest {
  return {
    ...post('/v1/tool-calls', request, 'repeatable', options),
    headers: { 'idempotency-key': key },
    heldMs: request.wait_ms ?? 0,
  };
}

/** The request that reads a call, held back for at most `waitMs`. */
export function standing(id: string, { waitMs = 0, after }: Wait = {}, options?: RequestOptions): ApiRequest {
  const query = waitMs > 0 ? { wait_ms: waitMs, after } : {};
  return { ...get(path`/v1/tool-calls/${id}`, query, options), heldMs: waitMs };
}

/** The request that reports an outcome. */
export function outcomeReport(id: string, outcome: OutcomeRequest, options?: RequestOptions): ApiRequest {
  return post(path`/v1/tool-calls/${id}/outcome`, outcome, 'repeatable', options);
}
