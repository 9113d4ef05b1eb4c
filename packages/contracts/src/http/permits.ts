import { z } from 'zod';
import { closed } from '../closed.ts';
import type { Immutable } from '../immutable.ts';
import { jsonObject } from '../json.ts';
import { MAX_PERMIT_CHARS } from '../limits.ts';
import { id, timestamp, uuid } from '../vocabulary/scalars.ts';
import { obligations } from '../vocabulary/verdict.ts';
import { defineRoute } from './route.ts';

/** A permit's token as a caller gives it. Only its length is judged here: a forged one is `permit_invalid`. */
export const permitToken = z.string().min(1).max(MAX_PERMIT_CHARS);

/** A permit, and the arguments that are about to be executed. */
export const permitRequest = closed({ permit: permitToken, arguments: jsonObject }).meta({
  id: 'PermitRequest',
});

/** A permit that holds for these arguments. */
export const permitValid = z
  .object({
    valid: z.literal(true),
    tool_call_id: uuid,
    tool_name: id,
    agent_id: id,
    obligations,
    expires_at: timestamp,
    redeemed: z.boolean(),
  })
  .meta({ id: 'PermitValid' });

/** For an executor that wants to know before it uses the permit up. Says nothing of later. */
export const verifyPermit = defineRoute({
  operationId: 'verifyPermit',
  method: 'POST',
  path: '/v1/permits/verify',
  service: 'gateway',
  summary: 'Check a permit against arguments, and change nothing',
  permission: 'call_tools',
  body: permitRequest,
  responses: { 200: permitValid },
  problems: ['permit_invalid', 'digest_mismatch', 'expired', 'void'],
});

/** The moment from which on a call counts as executed. */
export const redeemPermit = defineRoute({
  operationId: 'redeemPermit',
  method: 'POST',
  path: '/v1/permits/redeem',
  service: 'gateway',
  summary: 'Use a permit up: once, before executing',
  permission: 'call_tools',
  body: permitRequest,
  responses: { 200: permitValid },
  problems: ['permit_invalid', 'digest_mismatch', 'permit_redeemed', 'expired', 'void'],
});

/** A permit, and the arguments that are about to be executed. */
export type PermitRequest = Immutable<z.output<typeof permitRequest>>;
/** A permit that holds for these arguments. */
export type PermitValid = Immutable<z.output<typeof permitValid>>;
