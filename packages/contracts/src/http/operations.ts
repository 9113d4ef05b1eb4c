import { z } from 'zod';
import type { Immutable } from '../immutable.ts';
import { defineRoute } from './route.ts';

/** The process runs. */
export const health = z.object({ status: z.literal('ok') }).meta({ id: 'Health' });

/** What the service needs before it can answer, each with its state. */
export const readiness = z
  .object({
    status: z.literal('ready'),
    checks: z.array(z.object({ name: z.string(), ready: z.boolean(), detail: z.string().optional() })),
  })
  .meta({ id: 'Readiness' });

const page = (contentType: string, description: string) => ({ 200: { contentType, description } });
const open = { method: 'GET', service: 'every', open: true } as const;

/** For who restarts processes: says nothing of what it depends on. */
export const getHealth = defineRoute({
  ...open,
  operationId: 'getHealth',
  path: '/healthz',
  summary: 'Is the process alive?',
  responses: { 200: health },
  problems: [],
});

/** For who routes traffic: not ready is 503, and no reason to restart. */
export const getReadiness = defineRoute({
  ...open,
  operationId: 'getReadiness',
  path: '/readyz',
  summary: 'Can it answer calls?',
  description: '503 names what is missing.',
  responses: { 200: readiness },
  problems: ['unavailable'],
});

/** Counts and times, never ids of people or texts. */
export const getMetrics = defineRoute({
  ...open,
  operationId: 'getMetrics',
  path: '/metrics',
  summary: 'Metrics in the Prometheus text format',
  responses: page('text/plain', 'Prometheus text format'),
  problems: [],
});

/** Made of the route definitions; the same for every caller. */
export const getOpenApi = defineRoute({
  ...open,
  operationId: 'getOpenApi',
  path: '/openapi.json',
  summary: 'This document',
  responses: page('application/json', 'OpenAPI 3.1'),
  problems: [],
});

/** Made of the event definitions. */
export const getAsyncApi = defineRoute({
  ...open,
  operationId: 'getAsyncApi',
  path: '/asyncapi.json',
  summary: 'The events and topics',
  responses: page('application/json', 'AsyncAPI 3.0'),
  problems: [],
});

/** The OpenAPI document as a page. */
export const getDocs = defineRoute({
  ...open,
  operationId: 'getDocs',
  path: '/docs',
  summary: 'This document, to read and try',
  responses: page('text/html', 'A web page'),
  problems: [],
});

/** The process runs. */
export type Health = Immutable<z.output<typeof health>>;
/** What the service needs before it can answer, each with its state. */
export type Readiness = Immutable<z.output<typeof readiness>>;
