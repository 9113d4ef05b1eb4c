import { z } from 'zod';
import { closed } from '../closed.ts';
import type { Immutable } from '../immutable.ts';
import { MAX_MESSAGE_CHARS } from '../limits.ts';
import { count, id } from '../vocabulary/scalars.ts';
import { listOf, listQuery } from './query.ts';
import { defineRoute } from './route.ts';

const group = z.object({
  consumer: z.string().describe('the group that has put the record aside'),
  code: z.string(),
  message: z.string().max(MAX_MESSAGE_CHARS),
  attempts: count,
  first_attempt_at: z.string(),
  last_attempt_at: z.string(),
});

/** A record of a topic that groups have put aside, and nobody has replayed since. */
export const deadLetter = z
  .object({
    id,
    topic: z.string(),
    partition: count,
    offset: z.string(),
    key: z.string().nullable().describe('as text; what is no UTF-8 is replaced'),
    event_type: z.string().nullable(),
    state: z
      .enum(['refused', 'parked', 'expired'])
      .describe(
        'a refused one can be replayed; of a parked one the subject has to be released; an intent that is expired would be refused again as too old',
      ),
    parked_ids: z.array(id).describe('what to retry under /v1/parked; empty unless `parked`'),
    errors: z.array(group),
  })
  .meta({ id: 'DeadLetter' });

const bytes = z.string().describe('base64');

/** With the record as it stood on its topic. */
export const deadLetterRecord = deadLetter
  .extend({
    record: z.object({
      key: bytes.nullable(),
      value: bytes.nullable(),
      headers: z.array(z.object({ name: z.string(), value: bytes })),
    }),
  })
  .meta({ id: 'DeadLetterRecord' });

/** `replayed` counts those of the same key before it, too; nothing of a parked or expired one is replayed. */
export const deadLetterRetryAnswer = z
  .object({ id, state: z.enum(['replayed', 'parked', 'expired']), replayed: count, parked_ids: z.array(id) })
  .meta({ id: 'DeadLetterRetryAnswer' });

const operator = { service: 'gateway', permission: 'operate_installation' } as const;
const params = closed({ id });

/** What groups have put aside. Read from the topics themselves, which takes seconds; a page may be short, and have more behind it. */
export const listDeadLetters = defineRoute({
  ...operator,
  operationId: 'listDeadLetters',
  method: 'GET',
  path: '/v1/dead-letters',
  summary: 'List dead letters',
  query: listQuery({ topic: z.string().max(100).optional() }),
  responses: { 200: listOf(deadLetter) },
  problems: [],
});

/** The bytes as well, to see why it was refused. */
export const getDeadLetter = defineRoute({
  ...operator,
  operationId: 'getDeadLetter',
  method: 'GET',
  path: '/v1/dead-letters/{id}',
  summary: 'Read a dead letter with its bytes',
  params,
  responses: { 200: deadLetterRecord },
  problems: ['not_found'],
});

/** Order within a key is kept: earlier dead letters of it are replayed too, those that nobody could read with their like alone. */
export const retryDeadLetter = defineRoute({
  ...operator,
  operationId: 'retryDeadLetter',
  method: 'POST',
  path: '/v1/dead-letters/{id}/retry',
  summary: 'Put a record on its topic again, behind those of its key before it',
  params,
  responses: { 200: deadLetterRetryAnswer },
  problems: ['not_found'],
});

/** A record of a topic that groups have put aside, and nobody has replayed since. */
export type DeadLetter = Immutable<z.output<typeof deadLetter>>;
/** With the record as it stood on its topic. */
export type DeadLetterRecord = Immutable<z.output<typeof deadLetterRecord>>;
/** `replayed` counts those of the same key before it, too; nothing of a parked or expired one is replayed. */
export type DeadLetterRetryAnswer = Immutable<z.output<typeof deadLetterRetryAnswer>>;
