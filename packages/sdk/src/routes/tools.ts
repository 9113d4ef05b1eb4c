import type { RequestOptions } from '../http/api-request.ts';
import { call } from '../http/call.ts';
import type { Http } from '../http/http.ts';
import { path } from '../http/path.ts';
import { del, get, put } from '../http/requests.ts';
import type { JsonObject } from '../json/json-value.ts';
import type { ListQuery, Page } from './list.ts';

/** What a tool does with its resource. */
export type ToolAction = 'read' | 'create' | 'modify' | 'delete' | 'execute' | 'admin';
/** How much harm a tool can do, from least to most. */
export type Sensitivity = 'low' | 'medium' | 'high' | 'critical';

/** A declaration as it is given. `_from` members are CEL over `args` and stand instead of the plain ones. */
export interface ToolRequest {
  readonly description: string;
  /** JSON Schema 2020-12 of the arguments. */
  readonly input_schema: JsonObject;
  readonly action: ToolAction;
  /** What the user acted for needs where the call is. */
  readonly required_permissions?: readonly string[] | undefined;
  /** Features that the plan of the call's organization must have. */
  readonly required_flags?: readonly string[] | undefined;
  /** JSON pointer to the argument that names the resource. */
  readonly resource?: string | undefined;
  readonly destructive?: boolean | undefined;
  /** Every call asks a human, by the default policy. */
  readonly requires_approval?: boolean | undefined;
  /** Default `low`. */
  readonly sensitivity?: Sensitivity | undefined;
  /** Default the installation's. */
  readonly environment?: string | undefined;
  readonly environment_from?: string | undefined;
  /** Of one call, in micro-units; default 0. */
  readonly cost_micros?: number | undefined;
  readonly cost_from?: string | undefined;
  /** Longest run that is declared for it, in milliseconds. */
  readonly timeout_ms?: number | undefined;
}

/** A declaration. Each change is a new version; the hash is that of the definition. */
export interface ToolDeclared {
  readonly name: string;
  readonly version: number;
  readonly definition_hash: string;
}

/** A declared tool. `null` where nothing was stated. */
export interface Tool extends ToolDeclared {
  readonly description: string;
  readonly input_schema: JsonObject;
  readonly action: ToolAction;
  readonly required_permissions: readonly string[];
  /** Absent where the tool needs no feature. */
  readonly required_flags?: readonly string[] | undefined;
  readonly resource: string | null;
  readonly destructive: boolean;
  readonly requires_approval: boolean;
  readonly sensitivity: Sensitivity;
  readonly environment: string | null;
  readonly environment_from: string | null;
  readonly cost_micros: number | null;
  readonly cost_from: string | null;
  readonly timeout_ms: number | null;
  readonly updated_at: string;
}

/** `client.tools`: what agents may call; an undeclared tool is refused. */
export interface ToolRoutes {
  /** Declares a tool, or changes it; a change voids waiting approvals and open permits of the old one. */
  put(name: string, request: ToolRequest, options?: RequestOptions): Promise<ToolDeclared>;
  get(name: string, options?: RequestOptions): Promise<Tool>;
  list(query?: ListQuery, options?: RequestOptions): Promise<Page<Tool>>;
  /** Its unredeemed permits and waiting approvals are void; further calls are refused. */
  withdraw(name: string, options?: RequestOptions): Promise<void>;
}

/** `client.tools` over HTTP. */
export function toolRoutes(http: Http): ToolRoutes {
  return {
    put: async (name, request, options) => call(http, put(path`/v1/tools/${name}`, request, options)),
    get: async (name, options) => call(http, get(path`/v1/tools/${name}`, {}, options)),
    list: (query = {}, options) => call(http, get('/v1/tools', { ...query }, options)),
    withdraw: async (name, options) => call(http, del(path`/v1/tools/${name}`, options)),
  };
}
