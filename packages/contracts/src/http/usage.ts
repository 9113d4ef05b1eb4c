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

/** Something that was used, or (a negative amount) was not used after all. */
export const usageRequest = closed({ key: z.enum(reportedCounters), amount: z.int(), ...whose }).meta({
  id: 'UsageRequest',
});

/** A report as it was taken, and where its meters stand: taking back never takes more than there is. */
export const usageReport = z
  .object({ id: uuid, key: z.enum(reportedCounters), amount: z.int(), meters: z.array(meterBalance) })
  .meta({ id: 'UsageReport' });

/** For what is used beside tool calls, and counted by nobody else. */
export const reportUsage = defineRoute({
  operationId: 'reportUsage',
  method: 'POST',
  path: '/v1/usage',
  service: 'meter-service',
  summary: 'Report usage before it happens, or take it back',
  description:
    'Counted at once where the plan has room for it, else 429 and nothing is counted. A negative amount takes back what was counted in the current period, as far as there is any; agents may not. An `Idempotency-Key` makes a repeat the same report. An agent reports for its owner alone.',
  permission: 'call_tools',
  headers: z.object({
    'idempotency-key': z
      .string()
      .max(MAX_IDEMPOTENCY_KEY_CHARS)
      .regex(/^[\x21-\x7e]+$/, 'must be visible ASCII characters, such as a UUID')
      .optional(),
  }),
  body: usageRequest,
  responses: { 200: usageReport },
  problems: ['over_quota', 'idempotency_conflict'],
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
    'Changes nothing. Always strict: allowed where everything that was asked for fits under every limit, also of a soft one.',
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
