import { z } from 'zod';
import { closed } from '../closed.ts';
import type { Immutable } from '../immutable.ts';
import { MAX_HANDLER_TIMEOUT_MS, MAX_URL_CHARS, MIN_HANDLER_TIMEOUT_MS } from '../limits.ts';
import { id, timestamp } from '../vocabulary/scalars.ts';
import { listOf, listQuery } from './query.ts';
import { defineRoute } from './route.ts';

/** What a handler is given for one answer where nothing is said, in milliseconds. */
const DEFAULT_TIMEOUT_MS = 5_000;

const address = z
  .url({ protocol: /^https?$/, error: 'must be an absolute http or https address' })
  .max(MAX_URL_CHARS)
  .refine(
    (text) => !/[#@]/.test(text),
    'must have no user name, password or fragment: it is recorded in the clear',
  );

const handlerBody = closed({
  url: address,
  timeout_ms: z.int().min(MIN_HANDLER_TIMEOUT_MS).max(MAX_HANDLER_TIMEOUT_MS).default(DEFAULT_TIMEOUT_MS),
}).meta({ id: 'AccessHandlerRegistration' });

/** An address that is asked about requests for access. */
export const accessHandler = z
  .object({ id, url: z.string(), timeout_ms: z.int(), created_at: timestamp, updated_at: timestamp })
  .meta({ id: 'AccessHandler' });

const withSecret = accessHandler
  .extend({
    secret: z
      .string()
      .describe('what questions are signed with; the same for as long as the handler is there'),
  })
  .meta({ id: 'AccessHandlerWithSecret' });

const common = { service: 'approval-service', permission: 'manage_intents' } as const;
const ASKED =
  'What it approves is granted on every work intent, so it takes the right over all of them. It is sent every request for access in the organization, signed, and answers approve, deny or defer. It must be reached by https at a public address; http and loopback addresses where the installation allows them.';

/** The answer has the secret, each time, so that a lost one needs no new handler. */
export const putAccessHandler = defineRoute({
  ...common,
  operationId: 'putAccessHandler',
  flag: 'access',
  method: 'PUT',
  path: '/v1/access-handlers/{id}',
  summary: 'Register a handler of requests for access',
  description: ASKED,
  params: closed({ id }),
  body: handlerBody,
  responses: { 200: withSecret, 201: withSecret },
  problems: ['version_conflict'],
});

/** All handlers, without their secrets. */
export const listAccessHandlers = defineRoute({
  ...common,
  operationId: 'listAccessHandlers',
  method: 'GET',
  path: '/v1/access-handlers',
  summary: 'List the handlers of requests for access',
  query: listQuery({}),
  responses: { 200: listOf(accessHandler) },
  problems: [],
});

/** Nobody is asked there any more; its id may be registered again. */
export const removeAccessHandler = defineRoute({
  ...common,
  operationId: 'removeAccessHandler',
  method: 'DELETE',
  path: '/v1/access-handlers/{id}',
  summary: 'Remove a handler of requests for access',
  params: closed({ id }),
  responses: { 204: { contentType: null, description: 'it is asked no more' } },
  problems: ['not_found', 'version_conflict'],
});

/** An address that is asked about requests for access. */
export type AccessHandler = Immutable<z.output<typeof accessHandler>>;
/** A handler and its secret: what its questions are signed with. */
export type AccessHandlerWithSecret = Immutable<z.output<typeof withSecret>>;
/** What a handler is registered with, before defaults. */
export type AccessHandlerRegistration = Immutable<z.input<typeof handlerBody>>;
