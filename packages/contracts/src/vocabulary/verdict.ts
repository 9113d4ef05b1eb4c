import { z } from 'zod';
import { closed } from '../closed.ts';
import { MAX_APPROVERS, MAX_DURATION_MS, MAX_MESSAGE_CHARS, MAX_REDACTIONS } from '../limits.ts';
import { code, id, milliseconds, policyDigest } from './scalars.ts';

/** What a decision says. Combined as deny over require_approval over allow. */
export const verdicts = ['allow', 'deny', 'require_approval'] as const;

/** What a decision says. */
export const verdict = z.enum(verdicts).meta({ id: 'Verdict' });

/** Who gave a reason, in the order in which they are asked. */
export const layers = [
  'kill_switch',
  'agent',
  'rollout',
  'access',
  'permission',
  'tool',
  'plan',
  'context',
  'policy',
  'quota',
  'approval',
  'gateway',
] as const;

/** One reason of one layer. `message` is stored in the clear, so it never holds arguments or anything personal. */
export const reason = closed({
  layer: z.enum(layers),
  code,
  message: z.string().max(MAX_MESSAGE_CHARS),
  policy: id.optional(),
  rule: id.optional(),
}).meta({ id: 'Reason' });

/** Whom an obligation asks: `role:<role>`, `user:<id>` or `group:<id>`. */
export const approver = z
  .string()
  .regex(/^(role|user|group):[a-z0-9][a-z0-9._-]{0,62}$/, 'must be role:<role>, user:<id> or group:<id>')
  .meta({ id: 'Approver' });

const approvers = z.array(approver).max(MAX_APPROVERS);
const neededApprovals = z.int().min(1).max(MAX_APPROVERS);

/**
 * What comes with a verdict. For the caller: what to redact, the sandbox profiles that must all hold, whether nothing
 * may be changed. For humans: `approvers`, `quorum` and `ttl_ms` are what satisfies every single demand in `approvals`.
 */
export const obligations = closed({
  redact: z.array(z.string().min(1).max(MAX_MESSAGE_CHARS)).max(MAX_REDACTIONS).optional(),
  sandbox: z.array(id).max(MAX_REDACTIONS).optional(),
  dry_run: z.boolean().optional(),
  approvers: approvers.optional(),
  quorum: neededApprovals.optional(),
  approvals: z
    .array(closed({ approvers, quorum: neededApprovals }))
    .max(MAX_APPROVERS)
    .optional(),
  ttl_ms: milliseconds.max(MAX_DURATION_MS).optional(),
}).meta({ id: 'Obligations' });

/** Digest of everything that judged: the policies in force with version, scope, mode and floor, and the engine. */
export const policySet = policyDigest.describe(
  'Digest of the policies in force and of the engine that judged',
);
