import type { RequestOptions } from '../http/api-request.ts';
import { call } from '../http/call.ts';
import type { Http } from '../http/http.ts';
import { path } from '../http/path.ts';
import { del, get, post } from '../http/requests.ts';
import type { OrErased } from '../json/json-value.ts';
import type { KeyCreated } from './keys.ts';
import type { ListQuery, Page } from './list.ts';
import type { Scope } from './principals.ts';
import type { User } from './users.ts';

/** `pending`, or how it ended. */
export type InvitationState = 'pending' | 'accepted' | 'revoked' | 'expired';

/** Whom to invite, with which roles. */
export interface InvitationRequest {
  /** The id that they will have. */
  readonly user: string;
  /** How they are reached, such as an e-mail address. */
  readonly handle?: string | undefined;
  /** At most what the caller holds. */
  readonly roles: readonly { readonly scope: Scope; readonly role: string }[];
  /** One week where it is left out. */
  readonly expires_in_ms?: number | undefined;
}

/** An invitation as it is listed: never its token. */
export interface Invitation {
  readonly id: string;
  readonly user: string;
  readonly handle: OrErased<string> | null;
  readonly roles: readonly { readonly scope: Scope; readonly role: string }[];
  readonly state: InvitationState;
  readonly created_at: string;
  readonly expires_at: string;
}

/** An invitation as it is made: `token` is shown this once. */
export interface InvitationCreated extends Invitation {
  readonly token: string;
}

/** `key` is null for who signs in with the organization's issuer. */
export interface AcceptAnswer {
  readonly user: User;
  readonly key: KeyCreated | null;
}

/** `client.invitations`: how people become users. */
export interface InvitationRoutes {
  /** Not sent again by itself after no answer: the token of the first would stay unknown. */
  create(request: InvitationRequest, options?: RequestOptions): Promise<InvitationCreated>;
  list(
    query?: ListQuery & { readonly state?: InvitationState | undefined },
    options?: RequestOptions,
  ): Promise<Page<Invitation>>;
  get(id: string, options?: RequestOptions): Promise<Invitation>;
  /** Its seat is free again. */
  revoke(id: string, options?: RequestOptions): Promise<void>;
  /** With a client whose key is the invitation's token. */
  accept(
    id: string,
    request?: { readonly key_name?: string | undefined },
    options?: RequestOptions,
  ): Promise<AcceptAnswer>;
}

/** `client.invitations` over HTTP. */
export function invitationRoutes(http: Http): InvitationRoutes {
  return {
    create: (request, options) => call(http, post('/v1/invitations', request, 'once', options)),
    list: (query = {}, options) => call(http, get('/v1/invitations', { ...query }, options)),
    get: async (id, options) => call(http, get(path`/v1/invitations/${id}`, {}, options)),
    revoke: async (id, options) => call(http, del(path`/v1/invitations/${id}`, options)),
    accept: async (id, request = {}, options) =>
      call(http, post(path`/v1/invitations/${id}/accept`, request, 'once', options)),
  };
}
