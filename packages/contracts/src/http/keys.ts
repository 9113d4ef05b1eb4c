import { z } from 'zod';
import { closed } from '../closed.ts';
import type { Immutable } from '../immutable.ts';
import { MAX_OVERLAP_MS } from '../limits.ts';
import { orErased } from '../vocabulary/erasable.ts';
import { principal } from '../vocabulary/principal.ts';
import { givenTime, id, milliseconds, timestamp, uuid } from '../vocabulary/scalars.ts';
import { nameText } from '../vocabulary/text.ts';
import { listOf, listQuery } from './query.ts';
import { defineRoute } from './route.ts';

/** A key to be made. */
export const keyRequest = closed({
  principal,
  name: nameText.optional(),
  expires_at: givenTime.optional().describe('in the future; never where it is left out'),
}).meta({ id: 'KeyRequest' });

/** A key as it is listed: never the key itself. */
export const apiKey = z
  .object({
    id: uuid,
    principal,
    name: orErased(nameText).nullable(),
    created_at: timestamp,
    expires_at: timestamp.nullable(),
    revoked_at: timestamp.nullable(),
    successor: uuid.nullable().describe('the key that took its place when it was rotated'),
  })
  .meta({ id: 'Key' });

/** A key as it is made: `key` is shown this once. */
export const keyCreated = z
  .object({ ...apiKey.shape, key: z.string().regex(/^cs_[A-Za-z0-9_-]+$/) })
  .meta({ id: 'KeyCreated' });

/** The only answer that ever has this key. */
export const createKey = defineRoute({
  operationId: 'createKey',
  method: 'POST',
  path: '/v1/keys',
  service: 'gateway',
  summary: 'Make a key for a user, an agent or a service',
  description:
    'The key is in this answer and nowhere else. A caller makes keys for who can do nothing that the caller can not: their own; with `manage_agents` where the agent is, those of an agent; with `call_tools` those of a service; those of other people only with every permission of the organization.',
  permission: 'manage_keys',
  body: keyRequest,
  responses: { 201: keyCreated },
  problems: ['not_found'],
});

/** How a key is to be rotated. */
export const rotateKeyRequest = closed({
  overlap_ms: milliseconds
    .max(MAX_OVERLAP_MS)
    .default(0)
    .describe('how long the old key is good for beside the new one'),
  name: nameText.optional().describe("the old key's where it is left out"),
  expires_at: givenTime.optional().describe('of the new key; in the future; never where it is left out'),
}).meta({ id: 'RotateKeyRequest' });

/** Nothing has to stop for it: both keys are good for `overlap_ms` (milliseconds). */
export const rotateKey = defineRoute({
  operationId: 'rotateKey',
  method: 'POST',
  path: '/v1/keys/{id}/rotate',
  service: 'gateway',
  summary: 'Put another key in the place of one',
  description:
    'The new key is in this answer and nowhere else. The old one ends with `overlap_ms`: at once where it is left out. 410 for a key that is revoked, expired or rotated.',
  permission: 'manage_keys',
  params: closed({ id }),
  body: rotateKeyRequest,
  responses: { 201: keyCreated },
  problems: ['not_found', 'void', 'version_conflict'],
});

/** What can be told of keys: whose they are and how long they are good. */
export const listKeys = defineRoute({
  operationId: 'listKeys',
  method: 'GET',
  path: '/v1/keys',
  service: 'gateway',
  summary: 'List keys',
  permission: 'manage_keys',
  query: listQuery({}),
  responses: { 200: listOf(apiKey) },
  problems: [],
});

/** For good. */
export const revokeKey = defineRoute({
  operationId: 'revokeKey',
  method: 'DELETE',
  path: '/v1/keys/{id}',
  service: 'gateway',
  summary: 'Revoke a key',
  description: 'Works from the next request. Revoking a revoked key changes nothing.',
  permission: 'manage_keys',
  params: closed({ id }),
  responses: { 204: { contentType: null, description: 'The key is revoked' } },
  problems: ['not_found', 'version_conflict'],
});

/** A key to be made. */
export type KeyRequest = Immutable<z.output<typeof keyRequest>>;
/** How a key is to be rotated. */
export type RotateKeyRequest = Immutable<z.output<typeof rotateKeyRequest>>;
/** A key as it is listed: never the key itself. */
export type ApiKey = Immutable<z.output<typeof apiKey>>;
/** A key as it is made: `key` is shown this once. */
export type KeyCreated = Immutable<z.output<typeof keyCreated>>;
