import { z } from 'zod';
import { closed } from '../closed.ts';
import type { Immutable } from '../immutable.ts';
import { MAX_SIGNING_KEYS } from '../limits.ts';
import { digest, id, timestamp } from '../vocabulary/scalars.ts';
import { ed25519PublicKey, signingKeyMembers } from '../vocabulary/signing-key.ts';
import { listOf, listQuery } from './query.ts';
import { defineRoute } from './route.ts';

/** A key to be registered. */
export const signingKeyRequest = closed({ public_key: ed25519PublicKey }).meta({ id: 'SigningKeyRequest' });

/** A key with which an agent signs what it puts on Kafka. */
export const signingKey = z
  .object({
    id: digest.describe('the thumbprint of the key (RFC 7638)'),
    public_key: signingKeyMembers,
    created_at: timestamp,
    revoked_at: timestamp.nullable(),
  })
  .meta({ id: 'SigningKey' });

/** For agents on Kafka, where no bearer key is sent. */
export const addSigningKey = defineRoute({
  operationId: 'addSigningKey',
  method: 'POST',
  path: '/v1/agents/{id}/signing-keys',
  service: 'gateway',
  summary: 'Register a key with which an agent signs',
  description: `Ed25519, the public part alone. 201 when it is new, 200 when the agent has it already. An agent has at most ${MAX_SIGNING_KEYS} in force; each agent has keys of its own (\`already_exists\`), and a revoked one stays revoked (\`void\`).`,
  permission: 'manage_agents',
  inProject: true,
  params: closed({ id }),
  body: signingKeyRequest,
  responses: { 200: signingKey, 201: signingKey },
  problems: ['not_found', 'already_exists', 'void', 'version_conflict'],
});

/** Revoked ones too: what they signed before stands. */
export const listSigningKeys = defineRoute({
  operationId: 'listSigningKeys',
  method: 'GET',
  path: '/v1/agents/{id}/signing-keys',
  service: 'gateway',
  summary: 'List the keys with which an agent signs, also revoked ones',
  permission: 'read',
  inProject: true,
  params: closed({ id }),
  query: listQuery({}),
  responses: { 200: listOf(signingKey) },
  problems: ['not_found'],
});

/** For good. */
export const revokeSigningKey = defineRoute({
  operationId: 'revokeSigningKey',
  method: 'DELETE',
  path: '/v1/agents/{id}/signing-keys/{key}',
  service: 'gateway',
  summary: 'Revoke a key with which an agent signs',
  description: 'Its signatures are refused from here on. Revoking a revoked key changes nothing.',
  permission: 'manage_agents',
  inProject: true,
  params: closed({ id, key: digest }),
  responses: { 204: { contentType: null, description: 'The key is revoked' } },
  problems: ['not_found', 'version_conflict'],
});

/** A key to be registered. */
export type SigningKeyRequest = Immutable<z.output<typeof signingKeyRequest>>;
/** A key with which an agent signs what it puts on Kafka. */
export type SigningKey = Immutable<z.output<typeof signingKey>>;
