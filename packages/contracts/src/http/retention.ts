import { z } from 'zod';
import { closed } from '../closed.ts';
import type { Immutable } from '../immutable.ts';
import { orErased } from '../vocabulary/erasable.ts';
import { actor } from '../vocabulary/principal.ts';
import { id, timestamp } from '../vocabulary/scalars.ts';
import { reasonText } from '../vocabulary/text.ts';
import { listOf, listQuery } from './query.ts';
import { defineRoute } from './route.ts';

/** What a flush came to: `skipped` where another one was under way. */
export const flushResult = z
  .object({
    status: z
      .enum(['success', 'skipped', 'failed'])
      .describe('`failed`: of some organizations, which are named'),
    flushed: z.array(z.object({ organization: id, before: timestamp })),
    held: z.array(id).describe('organizations under a legal hold'),
    failed: z.array(z.object({ organization: id, detail: z.string() })),
  })
  .meta({ id: 'FlushResult' });

const flush = {
  method: 'POST',
  service: 'meter-service',
  description:
    "For the installation's owner. Of every organization whose plan has a retention; one that fails stops no other. Runs every half hour by itself.",
  permission: 'manage_plans',
  responses: { 200: flushResult },
  problems: [],
} as const;

/** Calls and their approvals. */
export const flushTraces = defineRoute({
  ...flush,
  operationId: 'flushTraces',
  path: '/v1/retention/traces/flush',
  summary: 'Let go of calls older than plans keep them (`traces_ingested.retention`)',
});

/** What `/v1/events` and the stream give out. */
export const flushEvents = defineRoute({
  ...flush,
  operationId: 'flushEvents',
  path: '/v1/retention/events/flush',
  summary: 'Let go of events older than plans keep them (`events_ingested.retention`)',
});

const ofAgenta = { ...flush, description: `Agenta's path of the same. ${flush.description}` } as const;

/** The flush of calls where Agenta's operators have it. */
export const flushSpansOfAgenta = defineRoute({
  ...ofAgenta,
  operationId: 'flushSpansOfAgenta',
  path: '/admin/spans/flush',
  summary: 'Let go of calls older than plans keep them',
});

/** The flush of events where Agenta's operators have it. */
export const flushEventsOfAgenta = defineRoute({
  ...ofAgenta,
  operationId: 'flushEventsOfAgenta',
  path: '/admin/events/flush',
  summary: 'Let go of events older than plans keep them',
});

/** What must be kept, of whom, and why. */
export const legalHold = z
  .object({ id, subject: id.nullable(), reason: orErased(reasonText), by: actor, placed_at: timestamp })
  .meta({ id: 'LegalHold' });

/** Whose data is to be kept, and why. */
export const legalHoldRequest = closed({
  subject: id.optional().describe('a user; absent: everything of the organization'),
  reason: reasonText,
}).meta({ id: 'LegalHoldRequest' });

const holds = { service: 'meter-service', permission: 'manage_plans' } as const;

/** Stops flushes before they run; what is gone stays gone. */
export const putLegalHold = defineRoute({
  ...holds,
  operationId: 'putLegalHold',
  method: 'PUT',
  path: '/v1/legal-holds/{id}',
  summary: 'Keep what retention would let go of',
  description:
    "For the installation's owner, of the organization that is named. The same hold again changes nothing.",
  params: closed({ id }),
  body: legalHoldRequest,
  responses: { 200: legalHold, 201: legalHold },
  problems: ['already_exists'],
});

/** The next flush lets go of what the hold had kept. */
export const liftLegalHold = defineRoute({
  ...holds,
  operationId: 'liftLegalHold',
  method: 'DELETE',
  path: '/v1/legal-holds/{id}',
  summary: 'End a legal hold',
  params: closed({ id }),
  responses: { 204: { contentType: null, description: 'The hold is lifted' } },
  problems: ['not_found'],
});

/** Those that hold now. */
export const listLegalHolds = defineRoute({
  ...holds,
  operationId: 'listLegalHolds',
  method: 'GET',
  path: '/v1/legal-holds',
  summary: 'List legal holds',
  query: listQuery({}),
  responses: { 200: listOf(legalHold) },
  problems: [],
});

/** What a flush came to: `skipped` where another one was under way. */
export type FlushResult = Immutable<z.output<typeof flushResult>>;
/** What must be kept, of whom, and why. */
export type LegalHold = Immutable<z.output<typeof legalHold>>;
/** Whose data is to be kept, and why. */
export type LegalHoldRequest = Immutable<z.output<typeof legalHoldRequest>>;
