import type { RequestOptions } from '../http/api-request.ts';
import { call } from '../http/call.ts';
import type { Http } from '../http/http.ts';
import { path } from '../http/path.ts';
import { get, post } from '../http/requests.ts';
import type { JsonObject, OrErased } from '../json/json-value.ts';
import type { ApprovalState, Reason } from '../model/verdict.ts';
import type { ListQuery, Page } from './list.ts';

/** Distinct people: how many must agree, and how many have. */
export interface Quorum {
  readonly needed: number;
  readonly given: number;
}

/** What a human is asked. `reason` and `reasoning` are the agent's words: show them as untrusted. */
export interface Approval {
  /** The call's id. */
  readonly id: string;
  readonly state: ApprovalState;
  readonly agent_id: string;
  readonly user_id: string;
  readonly tool_name: string;
  readonly arguments: OrErased<JsonObject>;
  /** What the answer is bound to. */
  readonly arguments_digest: string;
  readonly reason: OrErased<string>;
  readonly reasoning: OrErased<string> | null;
  /** Codes of what makes the call risky, highest first. */
  readonly risks: readonly string[];
  readonly reasons: readonly Reason[];
  readonly approvers: readonly string[];
  readonly quorum: Quorum;
  readonly created_at: string;
  /** RFC 3339 UTC; no answer until then is a no. */
  readonly expires_at: string;
  readonly position: string;
}

/** A person's answer, bound to the arguments that they saw. */
export interface ApprovalDecisionRequest {
  readonly decision: 'approve' | 'deny';
  readonly reason: string;
  readonly arguments_digest: string;
}

/** The approval after the answer: it still waits where the quorum asks for more people. */
export interface ApprovalDecisionAnswer {
  readonly state: ApprovalState;
  readonly quorum: Quorum;
}

/** `client.approvals`: what humans are asked, and their answers. */
export interface ApprovalRoutes {
  list(
    query?: ListQuery & { readonly state?: ApprovalState | undefined },
    options?: RequestOptions,
  ): Promise<Page<Approval>>;
  get(id: string, options?: RequestOptions): Promise<Approval>;
  /** Approves or denies. Not sent again by itself: the same person twice is `already_decided`. */
  decide(
    id: string,
    decision: ApprovalDecisionRequest,
    options?: RequestOptions,
  ): Promise<ApprovalDecisionAnswer>;
}

/** `client.approvals` over HTTP. */
export function approvalRoutes(http: Http): ApprovalRoutes {
  return {
    list: (query = {}, options) => call(http, get('/v1/approvals', { ...query }, options)),
    get: async (id, options) => call(http, get(path`/v1/approvals/${id}`, {}, options)),
    decide: async (id, decision, options) =>
      call(http, post(path`/v1/approvals/${id}/decision`, decision, 'once', options)),
  };
}
