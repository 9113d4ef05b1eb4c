import type { RequestOptions } from '../http/api-request.ts';
import { call } from '../http/call.ts';
import type { Http } from '../http/http.ts';
import { path } from '../http/path.ts';
import { get, put } from '../http/requests.ts';
import type { ListQuery, Page } from './list.ts';

/** A registered workspace. */
export interface Workspace {
  readonly id: string;
  readonly created_at: string;
}

/** `client.workspaces`: what projects lie in. */
export interface WorkspaceRoutes {
  /** Registers a workspace. Every organization has `default`. */
  put(id: string, options?: RequestOptions): Promise<Workspace>;
  get(id: string, options?: RequestOptions): Promise<Workspace>;
  list(query?: ListQuery, options?: RequestOptions): Promise<Page<Workspace>>;
}

/** `client.workspaces` over HTTP. */
export function workspaceRoutes(http: Http): WorkspaceRoutes {
  return {
    put: async (id, options) => call(http, put(path`/v1/workspaces/${id}`, {}, options)),
    get: async (id, options) => call(http, get(path`/v1/workspaces/${id}`, {}, options)),
    list: (query = {}, options) => call(http, get('/v1/workspaces', { ...query }, options)),
  };
}
