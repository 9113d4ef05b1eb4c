import type { Principal } from '@countersign/access';
import type { Immutable, RouteDefinition } from '@countersign/contracts';
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';

/** A request as its handler gets it: every part read by the schema of the route. */
export interface RouteContext<Route extends RouteDefinition> {
  readonly params: Part<Route, 'params'>;
  readonly query: Part<Route, 'query'>;
  readonly headers: Part<Route, 'headers'>;
  readonly body: Part<Route, 'body'>;
  /** Who asks; null on open routes. */
  readonly principal: Route extends { readonly open: true } ? null : Principal;
  readonly request: FastifyRequest;
}

type Part<Route, Name extends string> = Route extends { readonly [_ in Name]: infer Schema extends z.ZodType }
  ? Immutable<z.output<Schema>>
  : undefined;
