import { z } from 'zod';
import { closed } from '../closed.ts';
import { MAX_APPROVERS, MAX_CAPABILITIES, MAX_CAPABILITY_CHARS, MAX_REVIEW_HOURS } from '../limits.ts';

/** What is answered to a request for access without asking anybody; `defer` asks. */
export const reviewAnswers = ['approve', 'deny', 'defer'] as const;

/** How a request for access stands; one whose time is over is `denied`, with `expired` as the reason. */
export const accessRequestStates = ['pending', 'approved', 'denied'] as const;

/** What decided a request: an explicit deny, a registered handler, `on_request`, or somebody. */
export const deciders = ['deny_rule', 'handler', 'on_request', 'approver'] as const;

/** Who may answer requests for access: a name alone is a user, a group or a role, for agents are registered by many. */
export const reviewer = z
  .string()
  .regex(
    /^(?:(?:user|agent|group|role):)?[a-z0-9][a-z0-9._-]{0,62}$/,
    'must be user:<id>, agent:<id>, group:<id>, role:<slug>, or the name alone',
  );

/** `governance.access_review` of a workflow: who answers requests for access to a resource, and by when. */
export const accessReview = closed({
  on_request: z.enum(reviewAnswers),
  approvers: z.array(reviewer).max(MAX_APPROVERS),
  timeout_hours: z.int().min(1).max(MAX_REVIEW_HOURS),
}).meta({ id: 'AccessReview' });

/** What an agent says that it can do: for who decides to read, and never a right. */
export const capabilities = z.array(z.string().min(1).max(MAX_CAPABILITY_CHARS)).max(MAX_CAPABILITIES);
