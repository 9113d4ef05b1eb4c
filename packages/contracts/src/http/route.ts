import type { z } from 'zod';
import type { Service } from '../events/define-event.ts';
import type { ProblemCode } from '../problems.ts';
import type { Permission } from '../vocabulary/permission.ts';
import type { PlanFlag } from '../vocabulary/plan.ts';

/** An answer that is not a JSON body: a page, a text, a stream of events, or nothing (`contentType` null). */
export type PlainResponse = { readonly contentType: string | null; readonly description: string };

/** An answer: the schema of its JSON body, or what it is instead. */
export type RouteResponse = z.ZodType | PlainResponse;

/** One operation of the HTTP interface, as data: what the documents say and what the servers enforce. */
export type RouteDefinition = {
  readonly operationId: string;
  readonly method: 'GET' | 'PUT' | 'POST' | 'PATCH' | 'DELETE';
  /** Path template with `{name}` for each path parameter. */
  readonly path: string;
  /** The service that answers; `every` is answered by each service for itself. */
  readonly service: Service | 'every';
  /** Another protocol than Countersign's own: its way of showing keys and of saying what is wrong. */
  readonly surface?: 'openintent';
  readonly summary: string;
  readonly description?: string;
  /** True where no key is needed. */
  readonly open?: true;
  /** What the caller needs. Absent where no key is needed, and where `access` says who may. */
  readonly permission?: Permission;
  /** Who may, in words, where it is not one permission: the handler decides by what is asked. */
  readonly access?: string;
  /** The feature that the plan of the caller's organization must have, whatever the caller may do. */
  readonly flag?: PlanFlag;
  /** True where the gateways go by what it changes: it is answered when each of them knows. */
  readonly everywhere?: true;
  /** True where a role at one project is enough for what is of that project: the handler tells what is. */
  readonly inProject?: true;
  /** True where agents and services need no permission for the calls that they made themselves. */
  readonly ownCalls?: true;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  /** Request headers by lower-case name. */
  readonly headers?: z.ZodObject;
  readonly body?: z.ZodType;
  /** The problem that a body which does not fit is answered with; `invalid_request` where it is not given. */
  readonly invalidBody?: ProblemCode;
  readonly responses: Readonly<Record<number, RouteResponse>>;
  /** The problems of this operation beside those that any may have: see `problemsOf`. */
  readonly problems: readonly ProblemCode[];
};

/** Names a route as data and keeps the types of its parts, so that handlers are checked against them. */
export function defineRoute<const Route extends RouteDefinition>(route: Route): Route {
  return route;
}

/** What any route behind a key can answer, whatever it does: nobody, no right, an unknown organization, a throttle, an outage. */
const BEHIND_A_KEY: readonly ProblemCode[] = [
  'invalid_request',
  'unauthenticated',
  'forbidden',
  'not_found',
  'throttled',
  'unavailable',
  'overloaded',
];

/** What reading a body can come to, also where none is taken. A body of GET is not read. */
const OF_A_BODY: readonly ProblemCode[] = [
  'invalid_request',
  'malformed_json',
  'too_large',
  'unsupported_media_type',
];

/** Every problem that a route can answer with: its own, and those that follow from its key, method and parameters. */
export function problemsOf(route: RouteDefinition): readonly ProblemCode[] {
  const codes: ProblemCode[] = [...route.problems];
  if (route.params || route.query || route.headers) codes.push('invalid_request');
  if (route.method !== 'GET') codes.push(...OF_A_BODY);
  if (route.invalidBody) codes.push(route.invalidBody);
  if (!route.open) codes.push(...BEHIND_A_KEY);
  return [...new Set(codes)];
}

/** Whether a request without a body is one with an empty object: an order that says nothing more than its address. */
export function isBodyOptional({ method, body }: RouteDefinition): boolean {
  return (method === 'POST' || method === 'DELETE') && body?.safeParse({}).success === true;
}

/** True for an answer without a JSON body. */
export function isPlain(response: RouteResponse): response is PlainResponse {
  return 'contentType' in response;
}
