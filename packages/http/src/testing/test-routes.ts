import { defineRoute } from '@countersign/contracts';
import { z } from 'zod';

/** A route with every part that a route can have. */
export const everything = defineRoute({
  operationId: 'everything',
  method: 'POST',
  path: '/v1/things/{id}/parts',
  service: 'gateway',
  summary: 'For tests',
  params: z.strictObject({ id: z.string().regex(/^[a-z]+$/, 'must be letters') }),
  query: z.strictObject({
    limit: z
      .string()
      .regex(/^[0-9]+$/, 'must be digits')
      .transform(Number)
      .optional(),
  }),
  headers: z.object({ 'idempotency-key': z.string().max(8, 'must be short').optional() }),
  body: z.strictObject({ name: z.string(), size: z.int() }),
  responses: { 200: z.object({ echo: z.unknown() }), 201: z.object({ made: z.string() }) },
  problems: ['not_found'],
});

/** A route that needs a permission that the tests' user has. */
export const readable = defineRoute({
  operationId: 'readable',
  method: 'GET',
  path: '/v1/readable',
  service: 'gateway',
  summary: 'For tests',
  permission: 'read',
  responses: { 200: z.object({ ok: z.boolean() }) },
  problems: [],
});

/** A route that needs a permission that nobody has in the tests. */
export const forbidden = defineRoute({
  ...readable,
  operationId: 'forbidden',
  path: '/v1/forbidden',
  permission: 'manage_keys',
});

/** A route that shows agents their own calls. */
export const ownCalls = defineRoute({
  ...forbidden,
  operationId: 'ownCalls',
  path: '/v1/own-calls',
  ownCalls: true,
});

/** A route that is answered with a stream of events. */
export const followable = defineRoute({
  ...readable,
  operationId: 'followable',
  path: '/v1/followable',
  responses: { 200: { contentType: 'text/event-stream', description: 'Events' } },
});

/** A route without a body in its answer. */
export const deletable = defineRoute({
  operationId: 'deletable',
  method: 'DELETE',
  path: '/v1/things/{id}',
  service: 'gateway',
  summary: 'For tests',
  params: z.strictObject({ id: z.string() }),
  responses: { 204: { contentType: null, description: 'Gone' } },
  problems: [],
});
