import type { RequestOptions } from '../http/api-request.ts';
import { call } from '../http/call.ts';
import type { Http } from '../http/http.ts';
import { path } from '../http/path.ts';
import { get, post, put } from '../http/requests.ts';
import type { OrErased } from '../json/json-value.ts';
import type { ListQuery, Page } from './list.ts';
import type { ReasonRequest } from './principals.ts';

/** Users by id, or any user of the organization. */
export type ActsFor = 'any' | readonly string[];

/** An agent's registration. What is left out takes its default, also when the agent is registered anew. */
export interface AgentRequest {
  readonly display_name?: string | undefined;
  readonly project?: string | undefined;
  readonly owner?: string | undefined;
  readonly acts_for?: ActsFor | undefined;
  readonly session_scope?: string | undefined;
}

export interface Agent {
  readonly id: string;
  readonly display_name: OrErased<string> | null;
  readonly project: string;
  readonly owner: string;
  readonly acts_for: ActsFor;
  readonly session_scope: string | null;
  readonly enabled: boolean;
  readonly created_at: string;
  readonly updated_at: string;
}

export interface AgentRoutes {
  /** Registers an agent, or changes it. */
  put(id: string, request: AgentRequest, options?: RequestOptions): Promise<Agent>;
  get(id: string, options?: RequestOptions): Promise<Agent>;
  list(query?: ListQuery, options?: RequestOptions): Promise<Page<Agent>>;
  disable(id: string, request: ReasonRequest, options?: RequestOptions): Promise<Agent>;
  enable(id: string, request: ReasonRequest, options?: RequestOptions): Promise<Agent>;
}

export function agentRoutes(http: Http): AgentRoutes {
  return {
    put: async (id, request, options) => call(http, put(path`/v1/agents/${id}`, request, options)),
    get: async (id, options) => call(http, get(path`/v1/agents/${id}`, {}, options)),
    list: (query = {}, options) => call(http, get('/v1/agents', { ...query }, options)),
    disable: async (id, request, options) =>
      call(http, post(path`/v1/agents/${id}/disable`, request, 'repeatable', options)),
    enable: async (id, request, options) =>
      call(http, post(path`/v1/agents/${id}/enable`, request, 'repeatable', options)),
  };
}
