import type { Principal } from '@countersign/access';
import type { FieldError, Immutable, RouteDefinition } from '@countersign/contracts';
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

/**
 * What is wrong with a body beyond its schema, by what is known now. Told together with what the schemas find, so it gets
 * those fields alone that fit.
 */
export type JudgeBody<Route extends RouteDefinition> = (given: {
  readonly params: Partial<Part<Route, 'params'>>;
  readonly body: Partial<Part<Route, 'body'>>;
  /** The body as it came, for a judge that reads all of it by itself: what it finds where the schema found something is left out. */
  readonly written: unknown;
  readonly principal: Principal;
}) => readonly FieldError[];

/** A route whose bodies are judged beyond their schema. */
export type Judged<Route extends RouteDefinition> = Route & { readonly judge: JudgeBody<Route> };

/** Adds to a route what refuses a body with `invalid_request` before its handler gets it. */
export function judged<const Route extends RouteDefinition>(
  route: Route,
  judge: JudgeBody<NoInfer<Route>>,
): Judged<Route> {
  return { ...route, judge };
}

type Part<Route, Name extends string> = Route extends { readonly [_ in Name]: infer Schema extends z.ZodType }
  ? Immutable<z.output<Schema>>
  : undefined;
