import type { RequestOptions } from '../http/api-request.ts';
import { call } from '../http/call.ts';
import type { Http } from '../http/http.ts';
import { path } from '../http/path.ts';
import { get, put } from '../http/requests.ts';
import type { ListQuery, Page } from './list.ts';

/** A registered project. */
export interface Project {
  readonly id: string;
  /** Where it lies, for good. */
  readonly workspace: string;
  readonly created_at: string;
}

/** Of one workspace, or all. */
export interface ProjectQuery extends ListQuery {
  readonly workspace?: string | undefined;
}

/** `client.projects`: what agents belong to, each in a workspace. */
export interface ProjectRoutes {
  /** Registers a project for good: 409 where it lies in another workspace. */
  put(
    id: string,
    request: { readonly workspace?: string | undefined },
    options?: RequestOptions,
  ): Promise<Project>;
  get(id: string, options?: RequestOptions): Promise<Project>;
  list(query?: ProjectQuery, options?: RequestOptions): Promise<Page<Project>>;
}

/** `client.projects` over HTTP. */
export function projectRoutes(http: Http): ProjectRoutes {
  return {
    put: async (id, request, options) => call(http, put(path`/v1/projects/${id}`, request, options)),
    get: async (id, options) => call(http, get(path`/v1/projects/${id}`, {}, options)),
    list: (query = {}, options) => call(http, get('/v1/projects', { ...query }, options)),
  };
}
