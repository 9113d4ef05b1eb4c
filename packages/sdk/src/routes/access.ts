import type { ApiRequest, RequestOptions } from '../http/api-request.ts';
import { call } from '../http/call.ts';
import type { Http } from '../http/http.ts';
import { path } from '../http/path.ts';
import { del, get, post, put } from '../http/requests.ts';
import type { JsonObject, OrErased } from '../json/json-value.ts';
import type { ListQuery, Page } from './list.ts';

/** How much somebody may do with a work intent or namespace; each includes those before it. */
export type AccessLevel = 'read' | 'write' | 'admin';

/** What access is about: exactly one of the two. */
export type AccessResource =
  | { readonly intent: string; readonly namespace?: undefined }
  | { readonly namespace: string; readonly intent?: undefined };

/** A work intent to be made. Agents with access read its title, description and state. */
export interface WorkIntentRequest {
  readonly title: string;
  readonly description?: string | undefined;
  readonly state?: JsonObject | undefined;
  /** Its access list answers where that of the work intent leaves it open. */
  readonly namespace?: string | undefined;
  /** Ids of work intents that have to be completed first. */
  readonly depends_on?: readonly string[] | undefined;
}

/** A work intent, as far as this client reads it. `version` grows with every change. */
export interface WorkIntent {
  readonly id: string;
  readonly title: OrErased<string>;
  readonly created_by: string;
  /** Counts what changes it: its state and its status. */
  readonly version: number;
}

/** The right to hand an entry on: how often, to which agents only, and at most how much. */
export interface DelegateRight {
  /** 1: one hop; null: any number. */
  readonly max_depth: number | null;
  /** Ids of the only agents that it may be delegated to; left out: any. */
  readonly to?: readonly string[] | undefined;
  /** The most that may be delegated; left out: as much as the entry grants. */
  readonly permission?: AccessLevel | undefined;
}

/** What somebody is to be granted. `expires_at` RFC 3339; left out: for good. `reason` is kept sealed. */
export interface AccessEntryRequest {
  readonly principal_id: string;
  readonly principal_type: 'user' | 'agent' | 'service' | 'group';
  readonly permission: AccessLevel;
  readonly reason?: string | undefined;
  readonly expires_at?: string | undefined;
  readonly delegate?: DelegateRight | undefined;
}

/**
 * A whole list, in the place of the one there is. `default_permission`: what `open` grants to those whom no
 * entry names.
 */
export interface AccessListRequest {
  /** What holds for whom no entry names: `default_permission`, or nothing. */
  readonly default_policy: 'open' | 'closed';
  readonly default_permission?: AccessLevel | undefined;
  readonly entries: readonly AccessEntryRequest[];
}

/** What somebody was granted. */
export interface AccessEntry {
  readonly id: string;
  readonly principal_id: string;
  readonly principal_type: string;
  readonly permission: AccessLevel;
}

/** Who may do what with a work intent or namespace. */
export interface AccessList {
  readonly default_policy: 'open' | 'closed';
  readonly default_permission: AccessLevel;
  readonly entries: readonly AccessEntry[];
}

/**
 * What of what is around a work intent agents are told, never more than their level allows: all of it, nothing, these parts
 * alone, or these entries of its state alone.
 */
export interface ContextRule {
  readonly context: 'auto' | 'none' | readonly ContextPart[] | { readonly inject: readonly string[] };
}

/** A part of what is around a work intent. */
export type ContextPart = 'dependencies' | 'peers' | 'parent' | 'events' | 'acl' | 'delegated_by';

/** Who answers requests for access, and by when. */
export interface AccessReview {
  /** The answer without asking anybody; `defer`: the approvers are asked. */
  readonly on_request: 'approve' | 'deny' | 'defer';
  /** `user:<id>`, `agent:<id>`, `group:<id>` or `role:<slug>`; administrators answer as well. */
  readonly approvers: readonly string[];
  readonly timeout_hours: number;
}

/** `denied` also where nobody answered in time. */
export type AccessRequestStatus = 'pending' | 'approved' | 'denied';

/** A request for access. `reason` and `capabilities` are the requester's words: they prove nothing. */
export interface AccessRequest {
  readonly id: string;
  readonly intent_id?: string | undefined;
  readonly namespace?: string | undefined;
  readonly principal_id: string;
  readonly principal_type: 'user' | 'agent' | 'service';
  readonly requested_permission: AccessLevel;
  readonly reason: OrErased<string> | null;
  readonly status: AccessRequestStatus;
  readonly capabilities: readonly string[];
  /** Who answered; null while it waits, and where nobody did. */
  readonly decided_by: string | null;
  readonly decided_at: string | null;
  readonly decision_reason: OrErased<string> | null;
  readonly created_at: string;
  /** When it is refused if nobody has answered, RFC 3339. */
  readonly respond_by: string;
  /** What was granted. */
  readonly permission: AccessLevel | null;
  /** When what was granted ends, RFC 3339. */
  readonly expires_at: string | null;
  /** The entry of the access list. */
  readonly entry_id: string | null;
}

/** An address that is asked about requests for access, and how long it has to answer. */
export interface AccessHandler {
  readonly id: string;
  readonly url: string;
  /** How long it has for one answer, in milliseconds. */
  readonly timeout_ms: number;
  readonly created_at: string;
  readonly updated_at: string;
}

/** `client.access`: who may do what with work intents and namespaces, and requests for it. */
export interface AccessRoutes {
  /** Makes a work intent; the same key again answers the one that it made. */
  createIntent(
    request: WorkIntentRequest,
    options?: RequestOptions & { readonly idempotencyKey?: string | undefined },
  ): Promise<WorkIntent>;
  /** All of it for who has `admin`; with `write` one sees the entries that name oneself. */
  getList(resource: AccessResource, options?: RequestOptions): Promise<AccessList>;
  /** Entries that are the same as before stay, with what was delegated from them. */
  putList(resource: AccessResource, list: AccessListRequest, options?: RequestOptions): Promise<AccessList>;
  /** One entry for each principal. */
  grant(resource: AccessResource, entry: AccessEntryRequest, options?: RequestOptions): Promise<AccessEntry>;
  getContextRule(intent: string, options?: RequestOptions): Promise<ContextRule>;
  /** Narrows what agents are shown; it opens nothing. */
  putContextRule(intent: string, rule: ContextRule, options?: RequestOptions): Promise<ContextRule>;
  /** What is set there, at its namespace, or for the installation. */
  getReview(resource: AccessResource, options?: RequestOptions): Promise<AccessReview>;
  putReview(resource: AccessResource, review: AccessReview, options?: RequestOptions): Promise<AccessReview>;
  /** Asks for access to what one knows the id of; needs no permission on it. */
  request(
    resource: AccessResource,
    request: {
      readonly requested_permission: AccessLevel;
      readonly reason?: string | undefined;
      readonly capabilities?: readonly string[] | undefined;
    },
    options?: RequestOptions,
  ): Promise<AccessRequest>;
  /** Those that the caller may decide, and their own. */
  requests(
    query?: ListQuery & { readonly status?: AccessRequestStatus | undefined },
    options?: RequestOptions,
  ): Promise<Page<AccessRequest>>;
  /** Grants at most what was asked, and what the caller holds. */
  approve(
    request: Pick<AccessRequest, 'id' | 'intent_id' | 'namespace'>,
    terms?: {
      readonly permission?: AccessLevel | undefined;
      readonly expires_at?: string | undefined;
      readonly reason?: string | undefined;
    },
    options?: RequestOptions,
  ): Promise<AccessRequest>;
  /** For who may approve it. */
  deny(
    request: Pick<AccessRequest, 'id' | 'intent_id' | 'namespace'>,
    terms?: { readonly reason?: string | undefined },
    options?: RequestOptions,
  ): Promise<AccessRequest>;
  /** Registers an address that is asked about requests for access; the answer has the secret of its signatures. */
  putHandler(
    id: string,
    handler: { readonly url: string; readonly timeout_ms?: number | undefined },
    options?: RequestOptions,
  ): Promise<AccessHandler & { readonly secret: string }>;
  handlers(query?: ListQuery, options?: RequestOptions): Promise<Page<AccessHandler>>;
  removeHandler(id: string, options?: RequestOptions): Promise<void>;
}

/** Under `/api/v1` refusals come in OpenIntent's words, unless they are asked for as problems. */
function asProblems(request: ApiRequest): ApiRequest {
  return { ...request, headers: { ...request.headers, accept: 'application/problem+json' } };
}

/** `client.access` over HTTP. */
export function accessRoutes(http: Http): AccessRoutes {
  const at = ({ intent, namespace }: AccessResource) =>
    intent === undefined ? path`/api/v1/namespaces/${namespace as string}` : path`/api/v1/intents/${intent}`;
  const requestAt = ({ id, intent_id, namespace }: Pick<AccessRequest, 'id' | 'intent_id' | 'namespace'>) => {
    const resource: AccessResource =
      intent_id === undefined ? { namespace: namespace as string } : { intent: intent_id };
    return `${at(resource)}${path`/access-requests/${id}`}`;
  };
  const ask = async <Body>(request: ApiRequest): Promise<Body> => call(http, asProblems(request));
  return {
    createIntent: (request, { idempotencyKey, ...options } = {}) => {
      const made = post('/api/v1/intents', request, idempotencyKey ? 'repeatable' : 'once', options);
      return ask(idempotencyKey ? { ...made, headers: { 'idempotency-key': idempotencyKey } } : made);
    },
    getList: (resource, options) => ask(get(`${at(resource)}/acl`, {}, options)),
    putList: (resource, list, options) => ask(put(`${at(resource)}/acl`, list, options)),
    grant: (resource, entry, options) => ask(post(`${at(resource)}/acl/entries`, entry, 'once', options)),
    getContextRule: (intent, options) => ask(get(path`/api/v1/intents/${intent}/context-rule`, {}, options)),
    putContextRule: (intent, rule, options) =>
      ask(put(path`/api/v1/intents/${intent}/context-rule`, rule, options)),
    getReview: (resource, options) => ask(get(`${at(resource)}/access-review`, {}, options)),
    putReview: (resource, review, options) => ask(put(`${at(resource)}/access-review`, review, options)),
    request: (resource, request, options) =>
      ask(post(`${at(resource)}/access-requests`, request, 'once', options)),
    requests: async (query = {}, options) => call(http, get('/v1/access-requests', { ...query }, options)),
    approve: (request, terms = {}, options) =>
      ask(post(`${requestAt(request)}/approve`, terms, 'once', options)),
    deny: (request, terms = {}, options) => ask(post(`${requestAt(request)}/deny`, terms, 'once', options)),
    putHandler: async (id, handler, options) =>
      call(http, put(path`/v1/access-handlers/${id}`, handler, options)),
    handlers: async (query = {}, options) => call(http, get('/v1/access-handlers', { ...query }, options)),
    removeHandler: async (id, options) => call(http, del(path`/v1/access-handlers/${id}`, options)),
  };
}
