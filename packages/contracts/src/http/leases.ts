import { z } from 'zod';
import { closed } from '../closed.ts';
import type { Immutable } from '../immutable.ts';
import { MAX_LEASE_SECONDS } from '../limits.ts';
import { leaseScope } from '../vocabulary/lease.ts';
import { id, uuid } from '../vocabulary/scalars.ts';
import { openIntentTime, whoHas } from './openintent.ts';
import { defineRoute } from './route.ts';

const lease = z
  .object({
    id: uuid,
    intent_id: uuid,
    agent_id: id.describe('who holds it'),
    scope: leaseScope,
    status: z.literal('active'),
    acquired_at: openIntentTime,
    expires_at: openIntentTime,
  })
  .meta({ id: 'Lease' });

const duration_seconds = z.int().min(1).max(MAX_LEASE_SECONDS).describe('from now');
const leaseRequest = closed({ scope: leaseScope, duration_seconds }).meta({ id: 'LeaseRequest' });
const leaseRenewal = closed({ duration_seconds }).meta({ id: 'LeaseRenewal' });

const place = { service: 'policy-engine', surface: 'openintent' } as const;
const params = closed({ id });
const one = closed({ id, lease: uuid });
const path = '/api/v1/intents/{id}/leases';

/** Exclusive: two leases never have a part of the state in common. */
export const acquireLease = defineRoute({
  ...place,
  operationId: 'acquireLease',
  access: whoHas.write,
  method: 'POST',
  path,
  summary: 'Take the lease of a part of the state of a work intent',
  description:
    'Needs `write` on it. Until it ends, nobody else patches that part of the state. A second lease that has anything in common with it is refused. It ends at its time, or when its holder releases it or loses the right to write, by the access list or by the policy, or under `assigned_only` is not assigned any more.',
  params,
  body: leaseRequest,
  responses: { 201: lease },
  problems: ['not_found', 'lease_conflict', 'version_conflict', 'governance_violation'],
});
/** Those that count now. */
export const listLeases = defineRoute({
  ...place,
  operationId: 'listLeases',
  access: whoHas.read,
  method: 'GET',
  path,
  summary: 'List the leases of a work intent',
  description: 'Needs `read` on it.',
  params,
  responses: { 200: z.object({ leases: z.array(lease) }) },
  problems: ['not_found'],
});
/** By who holds it, while it counts. */
export const renewLease = defineRoute({
  ...place,
  operationId: 'renewLease',
  access: 'who holds it and has `write` on the work intent',
  method: 'PATCH',
  path: `${path}/{lease}`,
  summary: 'Put off the end of a lease',
  description: 'For who holds it, while it counts and the policy lets them write.',
  params: one,
  body: leaseRenewal,
  responses: { 200: lease },
  problems: ['not_found', 'version_conflict', 'governance_violation'],
});
/** By who holds it, while it counts. */
export const releaseLease = defineRoute({
  ...place,
  operationId: 'releaseLease',
  access: 'who holds it and has `write` on the work intent',
  method: 'DELETE',
  path: `${path}/{lease}`,
  summary: 'Give a lease back',
  description: 'For who holds it, while it counts.',
  params: one,
  responses: { 204: { contentType: null, description: 'it has ended' } },
  problems: ['not_found', 'version_conflict'],
});

/** The lease of a part of the state of a work intent, in OpenIntent's shape. */
export type Lease = Immutable<z.output<typeof lease>>;
