import type { RequestOptions } from '../http/api-request.ts';
import { call } from '../http/call.ts';
import type { Http } from '../http/http.ts';
import { path } from '../http/path.ts';
import { del, get, put } from '../http/requests.ts';
import type { ListQuery, Page } from './list.ts';
import type { Principal } from './principals.ts';

/** All members of a group. */
export interface GroupRequest {
  readonly members: readonly Principal[];
}

/** A group as it stands. What is granted to it, its members have. */
export interface Group extends GroupRequest {
  readonly id: string;
  readonly created_at: string;
  readonly updated_at: string;
}

/** `client.groups`: principals under one name, for access lists and approvers. */
export interface GroupRoutes {
  /** Registers a group, or changes who is in it. */
  put(id: string, request: GroupRequest, options?: RequestOptions): Promise<Group>;
  get(id: string, options?: RequestOptions): Promise<Group>;
  list(query?: ListQuery, options?: RequestOptions): Promise<Page<Group>>;
  /** What was granted to it counts for nobody from the next decision on. */
  remove(id: string, options?: RequestOptions): Promise<void>;
}

/** `client.groups` over HTTP. */
export function groupRoutes(http: Http): GroupRoutes {
  return {
    put: async (id, request, options) => call(http, put(path`/v1/groups/${id}`, request, options)),
    get: async (id, options) => call(http, get(path`/v1/groups/${id}`, {}, options)),
    list: (query = {}, options) => call(http, get('/v1/groups', { ...query }, options)),
    remove: async (id, options) => call(http, del(path`/v1/groups/${id}`, options)),
  };
}
