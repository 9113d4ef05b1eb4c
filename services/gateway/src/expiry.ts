import { type Problem, problem } from '@countersign/contracts';
import type { Clock } from '@countersign/service';

/** The problem of an `expires_at` that is over before anything begins; `null` for one that lies ahead, or none. */
export function expiryProblem(expiresAt: string | undefined, clock: Clock): Problem | null {
  if (expiresAt === undefined || Date.parse(expiresAt) > clock.nowMs()) return null;
  const detail = 'must lie in the future; leave it out for no end';
  return problem('invalid_request', `/expires_at: ${detail}`, {
    errors: [{ pointer: '/expires_at', detail }],
  });
}
