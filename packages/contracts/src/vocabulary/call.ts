import { z } from 'zod';
import { closed } from '../closed.ts';
import { reportedCounters } from './plan.ts';
import { count, micros, ratio } from './scalars.ts';

type ReportedCounter = (typeof reportedCounters)[number];

/** Where a call stands. The last four are ends without execution or without a known outcome. */
export const callStatuses = [
  'evaluating',
  'awaiting_approval',
  'authorized',
  'redeemed',
  'succeeded',
  'failed',
  'denied',
  'blocked',
  'lapsed',
  'abandoned',
] as const;

/** Where a call stands. */
export const callStatus = z.enum(callStatuses).meta({ id: 'CallStatus' });

/** What an execution used, as reported with its outcome. */
export const usage = closed({
  cost_micros: micros.optional(),
  input_tokens: count.optional(),
  output_tokens: count.optional(),
  context_tokens: count.optional(),
  context_limit: count.optional(),
  retrieval_precision: ratio.optional(),
  context_hits: count.optional(),
  context_lookups: count.optional(),
  task_completed: z.boolean().optional(),
  counters: closed(
    Object.fromEntries(reportedCounters.map((key) => [key, count.optional()])) as Record<
      ReportedCounter,
      z.ZodOptional<typeof count>
    >,
  )
    .optional()
    .describe('what else the execution used of what a plan counts; counted whether it fits or not'),
}).meta({ id: 'Usage' });
