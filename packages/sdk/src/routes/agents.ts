import type { RequestOptions } from '../http/api-request.ts';
import { call } from '../http/call.ts';
import type { Http } from '../http/http.ts';
import { path } from '../http/path.ts';
import { del, get, post, put } from '../http/requests.ts';
import type { OrErased } from '../json/json-value.ts';
import type { AccessLevel } from './access.ts';
import type { ListQuery, Page } from './list.ts';
import type { ReasonRequest } from './principals.ts';

/** Users by id, or any user of the organization. */
export type ActsFor = 'any' | readonly string[];

/** An agent's registration. What is left out takes its default, also when the agent is registered anew. */
export interface AgentRequest {
  readonly display_name?: string | undefined;
  /** The default project where it is left out. */
  readonly project?: string | undefined;
  /** The calling user where it is left out; who is no user names one. */
  readonly owner?: string | undefined;
  /** The owner alone where it is left out; where it is given, the owner too only if it names them. */
  readonly acts_for?: ActsFor | undefined;
  /** An id that the agent gives its sessions; recorded with it. */
  readonly session_scope?: string | undefined;
}

/** A registered agent. A disabled one (`enabled` false) is refused every call. */
export interface Agent {
  readonly id: string;
  readonly display_name: OrErased<string> | null;
  readonly project: string;
  readonly owner: string;
  readonly acts_for: ActsFor;
  readonly session_scope: string | null;
  readonly enabled: boolean;
  /** On work intents whose list leaves it open. */
  readonly default_permission: AccessLevel | null;
  /** Whether its requests for access always wait for an approver. */
  readonly approval_required: boolean;
  readonly created_at: string;
  readonly updated_at: string;
}

/** What an agent may do with work intents by default. */
export type AgentAccess = Pick<Agent, 'default_permission' | 'approval_required'>;

/** The public half of an Ed25519 key. */
export interface Ed25519PublicKey {
  readonly kty: 'OKP';
  readonly crv: 'Ed25519';
  readonly x: string;
}

/** A key with which an agent signs what it puts on Kafka; `id` is its thumbprint (RFC 7638). */
export interface SigningKey {
  readonly id: string;
  readonly public_key: Ed25519PublicKey;
  readonly created_at: string;
  readonly revoked_at: string | null;
}

/** `client.agents`: registration, and the keys that agents sign with. */
export interface AgentRoutes {
  /** Registers an agent, or changes it. */
  put(id: string, request: AgentRequest, options?: RequestOptions): Promise<Agent>;
  get(id: string, options?: RequestOptions): Promise<Agent>;
  list(query?: ListQuery, options?: RequestOptions): Promise<Page<Agent>>;
  /** What the agent may do with work intents by default. */
  putAccess(id: string, access: AgentAccess, options?: RequestOptions): Promise<Agent>;
  /** Every call is refused; unredeemed permits and waiting approvals are void. */
  disable(id: string, request: ReasonRequest, options?: RequestOptions): Promise<Agent>;
  /** Nothing that became void revives. */
  enable(id: string, request: ReasonRequest, options?: RequestOptions): Promise<Agent>;
  /** Lets the agent sign with a key. One that it has changes nothing. */
  addSigningKey(
    id: string,
    request: { readonly public_key: Ed25519PublicKey },
    options?: RequestOptions,
  ): Promise<SigningKey>;
  /** Also revoked ones. */
  signingKeys(id: string, query?: ListQuery, options?: RequestOptions): Promise<Page<SigningKey>>;
  /** For good. */
  revokeSigningKey(id: string, key: string, options?: RequestOptions): Promise<void>;
}

/** `client.agents` over HTTP. */
export function agentRoutes(http: Http): AgentRoutes {
  return {
    put: async (id, request, options) => call(http, put(path`/v1/agents/${id}`, request, options)),
    get: async (id, options) => call(http, get(path`/v1/agents/${id}`, {}, options)),
    list: (query = {}, options) => call(http, get('/v1/agents', { ...query }, options)),
    putAccess: async (id, access, options) => call(http, put(path`/v1/agents/${id}/access`, access, options)),
    disable: async (id, request, options) =>
      call(http, post(path`/v1/agents/${id}/disable`, request, 'repeatable', options)),
    enable: async (id, request, options) =>
      call(http, post(path`/v1/agents/${id}/enable`, request, 'repeatable', options)),
    addSigningKey: async (id, request, options) =>
      call(http, post(path`/v1/agents/${id}/signing-keys`, request, 'repeatable', options)),
    signingKeys: async (id, query = {}, options) =>
      call(http, get(path`/v1/agents/${id}/signing-keys`, { ...query }, options)),
    revokeSigningKey: async (id, key, options) =>
      call(http, del(path`/v1/agents/${id}/signing-keys/${key}`, options)),
  };
}
