import type { RequestOptions } from '../http/api-request.ts';
import { call } from '../http/call.ts';
import type { Http } from '../http/http.ts';
import { path } from '../http/path.ts';
import { del, get, post } from '../http/requests.ts';
import type { OrErased } from '../json/json-value.ts';
import type { ListQuery, Page } from './list.ts';
import type { Principal } from './principals.ts';

/** A key to be made for somebody. `expires_at` RFC 3339; left out: good until it is revoked. */
export interface KeyRequest {
  readonly principal: Principal;
  readonly name?: string | undefined;
  readonly expires_at?: string | undefined;
}

/** A key as it is listed: never the key itself. */
export interface ApiKey {
  readonly id: string;
  readonly principal: Principal;
  readonly name: OrErased<string> | null;
  readonly created_at: string;
  readonly expires_at: string | null;
  readonly revoked_at: string | null;
  /** The key that took its place when it was rotated. */
  readonly successor: string | null;
}

/** A key as it is made: `key` is shown this once. */
export interface KeyCreated extends ApiKey {
  readonly key: string;
}

/** How the new key differs from the one whose place it takes. */
export interface RotateKeyRequest {
  /** How long the old key is good for beside the new one; not at all where it is left out. */
  readonly overlap_ms?: number | undefined;
  /** The old key's where it is left out. */
  readonly name?: string | undefined;
  /** Of the new key, RFC 3339; left out: good until it is revoked. */
  readonly expires_at?: string | undefined;
}

/** `client.keys`: what principals prove with who they are. */
export interface KeyRoutes {
  /** Not sent again by itself after no answer: a second key would stay unknown. */
  create(request: KeyRequest, options?: RequestOptions): Promise<KeyCreated>;
  list(query?: ListQuery, options?: RequestOptions): Promise<Page<ApiKey>>;
  /** Puts a new key in the place of one. Not sent again by itself after no answer. */
  rotate(id: string, request?: RotateKeyRequest, options?: RequestOptions): Promise<KeyCreated>;
  /** Works from the next request. */
  revoke(id: string, options?: RequestOptions): Promise<void>;
}

/** `client.keys` over HTTP. */
export function keyRoutes(http: Http): KeyRoutes {
  return {
    create: (request, options) => call(http, post('/v1/keys', request, 'once', options)),
    list: (query = {}, options) => call(http, get('/v1/keys', { ...query }, options)),
    rotate: async (id, request = {}, options) =>
      call(http, post(path`/v1/keys/${id}/rotate`, request, 'once', options)),
    revoke: async (id, options) => call(http, del(path`/v1/keys/${id}`, options)),
  };
}
