import type { RequestOptions } from '../http/api-request.ts';
import { call } from '../http/call.ts';
import type { Http } from '../http/http.ts';
import { path } from '../http/path.ts';
import { get, post } from '../http/requests.ts';
import type { OrErased } from '../json/json-value.ts';
import type { ListQuery, Page } from './list.ts';
import type { Actor, ReasonRequest } from './principals.ts';

/** What a switch stops; `all` is every organization, and for the installation's owner. */
export type KillScope = 'agent' | 'tool' | 'user' | 'organization' | 'all';

/** `effective` is reached when no gateway works without knowing of it. */
export type KillSwitchState = 'engaged' | 'effective' | 'released' | 'expired';

/** What to stop, and why. */
export interface KillSwitchRequest {
  readonly scope: KillScope;
  /** Id of the agent, tool or user; the own organization where it is left out; none for `all`. */
  readonly target?: string | undefined;
  readonly reason: string;
  /** RFC 3339; left out: until it is released. */
  readonly expires_at?: string | undefined;
  /** Prove the way without stopping work. */
  readonly drill?: boolean | undefined;
}

/** A switch as it stands. Each `…_position` is where the ledger says so; null: that has not happened. */
export interface KillSwitch {
  readonly id: string;
  readonly state: KillSwitchState;
  readonly scope: KillScope;
  readonly target: string | null;
  readonly reason: OrErased<string>;
  readonly by: Actor;
  readonly drill: boolean;
  readonly expires_at: string | null;
  readonly engaged_at: string;
  readonly engaged_position: string;
  readonly effective_position: string | null;
  readonly ended_position: string | null;
}

/** `client.killSwitches`: stops calls before anything else is asked. */
export interface KillSwitchRoutes {
  /**
   * Answered when the switch is effective, or after 2 s. Not sent again by itself after no answer: look at the list,
   * or engage again; two switches stop no less than one.
   */
  engage(request: KillSwitchRequest, options?: RequestOptions): Promise<KillSwitch>;
  /** Lets calls go on; what became void stays void. */
  release(id: string, request: ReasonRequest, options?: RequestOptions): Promise<KillSwitch>;
  get(id: string, options?: RequestOptions): Promise<KillSwitch>;
  list(
    query?: ListQuery & { readonly state?: KillSwitchState | undefined },
    options?: RequestOptions,
  ): Promise<Page<KillSwitch>>;
}

/** `client.killSwitches` over HTTP. */
export function killSwitchRoutes(http: Http): KillSwitchRoutes {
  return {
    engage: (request, options) => call(http, post('/v1/kill-switches', request, 'once', options)),
    release: async (id, request, options) =>
      call(http, post(path`/v1/kill-switches/${id}/release`, request, 'repeatable', options)),
    get: async (id, options) => call(http, get(path`/v1/kill-switches/${id}`, {}, options)),
    list: (query = {}, options) => call(http, get('/v1/kill-switches', { ...query }, options)),
  };
}
