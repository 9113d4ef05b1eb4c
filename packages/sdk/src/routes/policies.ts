import type { RequestOptions } from '../http/api-request.ts';
import { call } from '../http/call.ts';
import type { Http } from '../http/http.ts';
import { path } from '../http/path.ts';
import { get, post, put } from '../http/requests.ts';
import type { ListQuery, Page } from './list.ts';
import type { Actor, Scope } from './principals.ts';

/** A policy's text and its tests, both YAML. */
export interface PolicyRequest {
  readonly policy: string;
  readonly tests: string;
}

/** A version. Equal digests: policies that say the same. */
export interface PolicyPublished {
  readonly id: string;
  readonly version: number;
  readonly digest: string;
}

/** A policy as it stands: its newest version, and which versions are in force where. */
export interface PolicySummary extends PolicyPublished {
  readonly active: readonly {
    readonly version: number;
    readonly mode: 'enforce' | 'shadow';
    readonly scope: Scope;
    readonly floor: boolean;
  }[];
  readonly updated_at: string;
}

/** A policy as it stands, with the texts of its newest version. */
export interface Policy extends PolicySummary {
  readonly policy: string;
  readonly tests: string;
}

/** One published version: its texts, the engine it was compiled with, and who published it. */
export interface PolicyVersion extends PolicyPublished {
  readonly policy: string;
  readonly tests: string;
  /** What compiled it. */
  readonly engine: { readonly name: string; readonly version: string };
  readonly author: Actor;
  readonly created_at: string;
}

/** A version to be put in force. `shadow`: evaluated and recorded, never part of a verdict. */
export interface PolicyActivateRequest {
  readonly version: number;
  readonly mode: 'enforce' | 'shadow';
  /** Left out: the scope that the version's own text declares, or else the organization of the key. */
  readonly scope?: Scope | undefined;
  /** Narrower scopes cannot weaken it. */
  readonly floor?: boolean | undefined;
}

/** How the tests ended. */
export interface PolicyTestAnswer {
  readonly passed: boolean;
  readonly tests: readonly {
    readonly name: string;
    readonly passed: boolean;
    readonly detail?: string | undefined;
  }[];
  /** Rules that no test fires; a version with such rules cannot be published. */
  readonly unhit_rules: readonly string[];
}

/** `client.policies`: the rules that calls are decided by. */
export interface PolicyRoutes {
  /** Publishes a version; it is not in force before it is activated. */
  put(id: string, request: PolicyRequest, options?: RequestOptions): Promise<PolicyPublished>;
  get(id: string, options?: RequestOptions): Promise<Policy>;
  list(query?: ListQuery, options?: RequestOptions): Promise<Page<PolicySummary>>;
  /** Oldest first. */
  versions(id: string, query?: ListQuery, options?: RequestOptions): Promise<Page<PolicyVersion>>;
  /**
   * Replaces the policy's version in that scope. Voids no permit; waiting approvals are judged by it at their
   * release.
   */
  activate(id: string, request: PolicyActivateRequest, options?: RequestOptions): Promise<PolicySummary>;
  deactivate(
    id: string,
    request?: { readonly scope?: Scope | undefined },
    options?: RequestOptions,
  ): Promise<PolicySummary>;
  /** Runs tests of texts that need not be published, or of the newest version; changes nothing. */
  test(id: string, request?: Partial<PolicyRequest>, options?: RequestOptions): Promise<PolicyTestAnswer>;
}

/** `client.policies` over HTTP. */
export function policyRoutes(http: Http): PolicyRoutes {
  return {
    put: async (id, request, options) => call(http, put(path`/v1/policies/${id}`, request, options)),
    get: async (id, options) => call(http, get(path`/v1/policies/${id}`, {}, options)),
    list: (query = {}, options) => call(http, get('/v1/policies', { ...query }, options)),
    versions: async (id, query = {}, options) =>
      call(http, get(path`/v1/policies/${id}/versions`, { ...query }, options)),
    activate: async (id, request, options) =>
      call(http, post(path`/v1/policies/${id}/activate`, request, 'repeatable', options)),
    deactivate: async (id, request = {}, options) =>
      call(http, post(path`/v1/policies/${id}/deactivate`, request, 'repeatable', options)),
    test: async (id, request = {}, options) =>
      call(http, post(path`/v1/policies/${id}/test`, request, 'repeatable', options)),
  };
}
