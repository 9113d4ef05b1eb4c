import type { RequestOptions } from '../http/api-request.ts';
import { call } from '../http/call.ts';
import type { Http } from '../http/http.ts';
import { path } from '../http/path.ts';
import { del, get, put } from '../http/requests.ts';
import type { OrErased } from '../json/json-value.ts';
import type { ListQuery, Page } from './list.ts';
import type { Scope } from './principals.ts';

/** A role of its scope; which there are, `GET /v1/access/roles` says. */
export type Role = string;
/** When a call that creates, modifies or deletes asks a human first. */
export type ApprovalLevel = 'always' | 'production_only' | 'never';

/** A user's registration; what is left out takes its default, also when they are registered anew. */
export interface UserRequest {
  readonly display_name?: string | undefined;
  /** All of them: those that are not among these end. */
  readonly roles: readonly { readonly scope: Scope; readonly role: Role }[];
  /** `production_only` where it is left out. */
  readonly approval_level?: ApprovalLevel | undefined;
  /** 0 to 1000; 500 where it is left out. */
  readonly trust_score?: number | undefined;
}

/** A person of the organization. `trust_score`: 0 to 1000. */
export interface User {
  readonly id: string;
  readonly display_name: OrErased<string> | null;
  /** By the slugs of the catalog in force: `controls.roles()`. */
  readonly roles: readonly { readonly scope: Scope; readonly role: string }[];
  readonly approval_level: ApprovalLevel;
  readonly trust_score: number;
  readonly created_at: string;
  readonly updated_at: string;
}

/** `client.users`: people, their roles and how far they are trusted. */
export interface UserRoutes {
  /** Registers a user, or changes one. A caller gives and takes only roles of which they hold everything. */
  put(id: string, request: UserRequest, options?: RequestOptions): Promise<User>;
  get(id: string, options?: RequestOptions): Promise<User>;
  list(query?: ListQuery, options?: RequestOptions): Promise<Page<User>>;
  /** Roles, keys and memberships end with it. */
  remove(id: string, options?: RequestOptions): Promise<void>;
}

/** `client.users` over HTTP. */
export function userRoutes(http: Http): UserRoutes {
  return {
    put: async (id, request, options) => call(http, put(path`/v1/users/${id}`, request, options)),
    get: async (id, options) => call(http, get(path`/v1/users/${id}`, {}, options)),
    list: (query = {}, options) => call(http, get('/v1/users', { ...query }, options)),
    remove: async (id, options) => call(http, del(path`/v1/users/${id}`, options)),
  };
}
