import { z } from 'zod';
import { closed } from '../closed.ts';
import type { Immutable } from '../immutable.ts';
import { MAX_MESSAGE_CHARS } from '../limits.ts';
import { code, count, id, position, stream, timestamp } from '../vocabulary/scalars.ts';
import { listOf, listQuery } from './query.ts';
import { defineRoute } from './route.ts';

/**
 * A subject whose events wait because a handler failed on one of them; later events of the subject wait behind it.
 * `error` never holds data of the event.
 */
export const parked = z
  .object({
    id,
    processor: z.string(),
    subject: stream,
    event_id: z.string(),
    event_type: z.string(),
    position,
    error: z.object({ code, message: z.string().max(MAX_MESSAGE_CHARS) }),
    attempts: count,
    waiting: count.describe('later events of the subject that wait behind this one'),
    parked_at: timestamp,
  })
  .meta({ id: 'Parked' });

/** What became of a retry: the subject is released and its events are handled, or it is parked again. */
export const parkedRetryAnswer = z
  .object({ id, state: z.enum(['released', 'parked']), handled: count })
  .meta({ id: 'ParkedRetryAnswer' });

const operator = { service: 'every', permission: 'operate_installation' } as const;
const params = closed({ id });

/** What waits for an operator; everything else goes on. */
export const listParked = defineRoute({
  ...operator,
  operationId: 'listParked',
  method: 'GET',
  path: '/v1/parked',
  summary: 'List parked subjects',
  query: listQuery({ processor: z.string().max(100).optional() }),
  responses: { 200: listOf(parked) },
  problems: [],
});

/** Which event failed how, and how many wait behind it. */
export const getParked = defineRoute({
  ...operator,
  operationId: 'getParked',
  method: 'GET',
  path: '/v1/parked/{id}',
  summary: 'Read a parked subject',
  params,
  responses: { 200: parked },
  problems: ['not_found'],
});

/** In the order of the ledger, until one fails again. */
export const retryParked = defineRoute({
  ...operator,
  operationId: 'retryParked',
  method: 'POST',
  path: '/v1/parked/{id}/retry',
  summary: 'Handle a parked subject again, in order',
  params,
  responses: { 200: parkedRetryAnswer },
  problems: ['not_found', 'version_conflict'],
});

/**
 * A subject whose events wait because a handler failed on one of them; later events of the subject wait behind
 * it. `error` never holds data of the event.
 */
export type Parked = Immutable<z.output<typeof parked>>;
/** What became of a retry: the subject is released and its events are handled, or it is parked again. */
export type ParkedRetryAnswer = Immutable<z.output<typeof parkedRetryAnswer>>;
