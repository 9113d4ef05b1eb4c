import type { RequestOptions } from '../http/api-request.ts';
import { call } from '../http/call.ts';
import type { Http } from '../http/http.ts';
import { path } from '../http/path.ts';
import { get, post, put } from '../http/requests.ts';
import type { ListQuery, Page } from './list.ts';

/** `zone` (IANA) and `anchor_day` (1-31) fix where metering periods begin. */
export interface OrganizationRequest {
  readonly id: string;
  readonly plan?: string | undefined;
  readonly zone?: string | undefined;
  readonly anchor_day?: number | undefined;
}

/** An organization, its plan and its calendar. */
export interface Organization {
  readonly id: string;
  readonly plan: string;
  /** IANA. */
  readonly zone: string;
  /** Day of month on which monthly periods begin, 1-31. */
  readonly anchor_day: number;
  readonly created_at: string;
  readonly updated_at: string;
}

/** For the installation's owner. */
export interface OrganizationRoutes {
  create(request: OrganizationRequest, options?: RequestOptions): Promise<Organization>;
  list(query?: ListQuery, options?: RequestOptions): Promise<Page<Organization>>;
  /** Holds from the next call. */
  setPlan(id: string, request: { readonly plan: string }, options?: RequestOptions): Promise<Organization>;
}

/** `client.organizations` over HTTP. */
export function organizationRoutes(http: Http): OrganizationRoutes {
  return {
    create: (request, options) => call(http, post('/v1/organizations', request, 'once', options)),
    list: (query = {}, options) => call(http, get('/v1/organizations', { ...query }, options)),
    setPlan: async (id, request, options) =>
      call(http, put(path`/v1/organizations/${id}/plan`, request, options)),
  };
}
