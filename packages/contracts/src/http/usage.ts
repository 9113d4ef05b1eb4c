import { z } from 'zod';
import { closed } from '../closed.ts';
import type { Immutable } from '../immutable.ts';
import { MAX_IDEMPOTENCY_KEY_CHARS } from '../limits.ts';
import { planCounters, planFlags, planGauges, reportedCounters } from '../vocabulary/plan.ts';
import { meterBalance } from '../vocabulary/quota.ts';
import { count, id, uuid } from '../vocabulary/scalars.ts';
import { defineRoute } from './route.ts';

const whose = {
  user: id.optional().describe("whose; default the caller's own, for an agent its owner's"),
  project: id.optional().describe("default the agent's own project"),
};

const visibleAscii = z
  .string()
  .max(MAX_IDEMPOTENCY_KEY_CHARS)
  .regex(/^[\x21-\x7e]+$/, 'must be visible ASCII characters, such as a UUID');

/** Something that was used, or (with `refund_of`, a negative amount) was not used after all. */
export const usageRequest = closed({
  key: z.enum(reportedCounters),
  amount: z.int(),
  refund_of: visibleAscii
    .min(1)
    .optional()
    .describe("the report that is taken back: its id, or the caller's own Idempotency-Key of it"),
  ...whose,
})
  .refine(({ amount, refund_of }) => amount >= 0 || refund_of !== undefined, {
    path: ['refund_of'],
    message:
      'is required where amount is negative: the id or the Idempotency-Key of the report that is taken back',
  })
  .refine(({ amount, refund_of }) => amount <= 0 || refund_of === undefined, {
    path: ['amount'],
    message: 'must be at most 0 where refund_of is given: how much of the report is taken back',
  })
  .refine(({ user, refund_of }) => user === undefined || refund_of === undefined, {
    path: ['user'],
    message: 'must be left out where refund_of is given: the report says whose it was',
  })
  .refine(({ project, refund_of }) => project === undefined || refund_of === undefined, {
    path: ['project'],
    message: 'must be left out where refund_of is given: the report says where it was',
  })
  .meta({ id: 'UsageRequest' });

/** A report as it was taken, and where its meters stand. Taking back never takes more than is left of the report. */
export const usageReport = z
  .object({
    id: uuid,
    key: z.enum(reportedCounters),
    amount: z.int(),
    refund_of: uuid.optional().describe('the id of the report that was taken back'),
    left: count.optional().describe('of the report that was taken back: what still can be'),
    meters: z.array(meterBalance),
  })
  .meta({ id: 'UsageReport' });

/** For what is used beside tool calls, and counted by nobody else. */
export const reportUsage = defineRoute({
  operationId: 'reportUsage',
  method: 'POST',
  path: '/v1/usage',
  service: 'meter-service',
  summary: 'Report usage before it happens, or take it back',
  description:
    'Counted at once where the plan has room for it, else 429 and nothing is counted. With `refund_of` and a negative amount it takes back what that report counted, where and when it was counted, as far as it is left: always admitted, for who reported it and for holders of `manage_plans`; agents may not, and what others reported is not found. An `Idempotency-Key` makes a repeat the same report. An agent reports for its owner and its project alone.',
  permission: 'call_tools',
  headers: z.object({
    'idempotency-key': visibleAscii.optional(),
  }),
  body: usageRequest,
  responses: { 200: usageReport },
  problems: ['over_quota', 'idempotency_conflict', 'not_found'],
});

/** Whether a plan allows something, without using anything up. */
export const entitlementRequest = closed({
  key: z.enum([...planFlags, ...planCounters, ...planGauges]),
  amount: count.default(1),
  ...whose,
}).meta({ id: 'EntitlementRequest' });

/** The plan's answer. It reserves nothing: what is allowed now may be refused when it is used. */
export const entitlement = z
  .object({
    key: z.string(),
    kind: z.enum(['flag', 'counter', 'gauge']),
    allowed: z.boolean(),
    reason: z
      .enum(['flag_off', 'not_in_plan', 'over_quota'])
      .nullable()
      .describe('why not; null where it is allowed'),
    plan: id,
    meters: z.array(meterBalance).describe('what was asked, each with its limit and what stands against it'),
  })
  .meta({ id: 'Entitlement' });

/** For interfaces that show what can be done. */
export const checkEntitlement = defineRoute({
  operationId: 'checkEntitlement',
  method: 'POST',
  path: '/v1/entitlements/check',
  service: 'meter-service',
  summary: 'Ask whether the plan allows something',
  description:
    'Changes nothing. Always strict: allowed where everything that was asked for fits under every limit, also of a soft one. To ask about another `user` or a `project` takes `read` or `call_tools`; an agent asks about its own.',
  access: 'any key',
  body: entitlementRequest,
  responses: { 200: entitlement },
  problems: [],
});

/** Something that was used, or (a negative amount) was not used after all. */
export type UsageRequest = Immutable<z.output<typeof usageRequest>>;
/** A report as it was taken, and where its meters stand: taking back never takes more than there is. */
export type UsageReport = Immutable<z.output<typeof usageReport>>;
/** Whether a plan allows something, without using anything up. */
export type EntitlementRequest = Immutable<z.output<typeof entitlementRequest>>;
/** The plan's answer. It reserves nothing: what is allowed now may be refused when it is used. */
export type Entitlement = Immutable<z.output<typeof entitlement>>;
