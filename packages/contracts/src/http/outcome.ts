import { z } from 'zod';
import { closed } from '../closed.ts';
import type { Immutable } from '../immutable.ts';
import { jsonValue } from '../json.ts';
import { MAX_DURATION_MS } from '../limits.ts';
import { callStatus, usage } from '../vocabulary/call.ts';
import { orErased } from '../vocabulary/erasable.ts';
import { id, milliseconds, timestamp } from '../vocabulary/scalars.ts';
import { errorText } from '../vocabulary/text.ts';
import { permitToken } from './permits.ts';
import { defineRoute } from './route.ts';

/** What an outcome says, wherever it is reported. */
export const outcomeFields = {
  success: z.boolean(),
  result: jsonValue.optional(),
  error: errorText.optional(),
  latency_ms: milliseconds.max(MAX_DURATION_MS).optional(),
  executed: z.boolean().default(true).describe('false: the tool did not run; the quota is given back'),
  usage: usage.optional(),
};

/** The rule that no single field of an outcome can tell. */
export const ranIfSucceeded = [
  ({ success, executed }: { readonly success: boolean; readonly executed: boolean }) => executed || !success,
  {
    path: ['success'],
    error: 'must be false where executed is false: what did not run did not succeed',
  },
] satisfies [unknown, object];

/** What became of a call. */
export const outcomeRequest = closed({ permit: permitToken, ...outcomeFields })
  .refine(...ranIfSucceeded)
  .meta({ id: 'OutcomeRequest' });

/** An outcome as it is recorded. */
export const outcomeView = z
  .object({
    success: z.boolean(),
    executed: z.boolean(),
    result: orErased(jsonValue).optional(),
    error: orErased(errorText).optional(),
    latency_ms: milliseconds.nullable(),
    usage: usage.nullable(),
    late: z.boolean(),
    unauthorized: z.boolean(),
    reported_at: timestamp,
  })
  .meta({ id: 'Outcome' });

/** Evidence is never refused: an outcome that was not allowed is recorded, and then answered as refused. */
export const reportOutcome = defineRoute({
  operationId: 'reportOutcome',
  method: 'POST',
  path: '/v1/tool-calls/{id}/outcome',
  service: 'gateway',
  access: 'who holds the permit of the call',
  summary: 'Report what became of a call',
  description:
    'Always recorded. Without redemption, or after the permit became void, it is kept as unauthorized and answered 403 `permit_invalid` with `unauthorized: true`. The same outcome again is 200, another one 409.',
  params: closed({ id }),
  body: outcomeRequest,
  responses: { 200: z.object({ status: callStatus }).meta({ id: 'OutcomeAnswer' }) },
  problems: ['permit_invalid', 'not_found', 'outcome_conflict'],
});

/** What became of a call. */
export type OutcomeRequest = Immutable<z.output<typeof outcomeRequest>>;
/** An outcome as it is recorded. */
export type Outcome = Immutable<z.output<typeof outcomeView>>;
