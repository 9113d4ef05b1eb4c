import type { RequestOptions } from '../http/api-request.ts';
import { call } from '../http/call.ts';
import type { Http } from '../http/http.ts';
import { get, put } from '../http/requests.ts';
import type { PlanEntry } from './plans.ts';

/** A role of one scope. `permissions` are slugs of the catalogue, or `*` for everything of the scope. */
export interface RoleEntry {
  readonly role: string;
  readonly description?: string | undefined;
  readonly permissions: readonly string[];
}

/** All roles by the scope that they are held in. */
export interface RoleCatalog {
  readonly organization: readonly RoleEntry[];
  readonly workspace: readonly RoleEntry[];
  readonly project: readonly RoleEntry[];
}

/** Where a catalog comes from: what is built in, settings of the server, their other names, or this interface. */
export type ControlsSource = 'defaults' | 'env' | 'aliases' | 'api';

/** The roles in force. */
export interface Roles {
  readonly source: ControlsSource;
  readonly hash: string;
  readonly roles: RoleCatalog;
}

/** The plans and roles that are enforced at a position of the ledger. Equal hashes: the same is enforced. */
export interface AccessControls {
  readonly position: string;
  readonly hash: string;
  readonly sources: { readonly plans: ControlsSource; readonly roles: ControlsSource };
  readonly default_plan: string;
  readonly plans: { readonly [slug: string]: PlanEntry };
  readonly roles: RoleCatalog;
}

/** `client.controls`: the plans and roles in force. */
export interface ControlsRoutes {
  /** What is enforced; with `at` what was enforced at that position. */
  get(query?: { readonly at?: string | undefined }, options?: RequestOptions): Promise<AccessControls>;
  roles(options?: RequestOptions): Promise<Roles>;
  /** Replaces the roles of the scopes that are named; the others get their default roles. */
  putRoles(roles: Partial<RoleCatalog>, options?: RequestOptions): Promise<Roles>;
}

/** `client.controls` over HTTP. */
export function controlsRoutes(http: Http): ControlsRoutes {
  return {
    get: async (query = {}, options) => call(http, get('/v1/access/controls', { ...query }, options)),
    roles: async (options) => call(http, get('/v1/access/roles', {}, options)),
    putRoles: async (roles, options) => call(http, put('/v1/access/roles', roles, options)),
  };
}
