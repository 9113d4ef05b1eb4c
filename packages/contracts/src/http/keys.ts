import { z } from 'zod';
import { closed } from '../closed.ts';
import type { Immutable } from '../immutable.ts';
import { orErased } from '../vocabulary/erasable.ts';
import { principal } from '../vocabulary/principal.ts';
import { givenTime, id, timestamp, uuid } from '../vocabulary/scalars.ts';
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
  })
  .meta({ id: 'Key' });

/** A key as it is made: `key` is shown this once. */
export const keyCreated = z
  .object({ ...apiKey.shape, key: z.string().regex(/^cs_[A-Za-z0-9_-]+$/) })
  .meta({ id: 'KeyCreated' });

export const createKey = defineRoute({
  operationId: 'createKey',
  method: 'POST',
  path: '/v1/keys',
  service: 'gateway',
  summary: 'Make a key for a user, an agent or a service',
  description: 'The key is in this answer and nowhere else.',
  permission: 'manage_keys',
  body: keyRequest,
  responses: { 201: keyCreated },
  problems: ['not_found'],
});

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

export type KeyRequest = Immutable<z.output<typeof keyRequest>>;
export type ApiKey = Immutable<z.output<typeof apiKey>>;
export type KeyCreated = Immutable<z.output<typeof keyCreated>>;
