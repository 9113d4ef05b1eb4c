import type { FieldError } from '@countersign/contracts';
import type { Clock } from '@countersign/service';

/** What is wrong with an `expires_at` that is over before anything begins; nothing where it lies ahead, or is none. */
export function expiryErrors(expiresAt: string | undefined, clock: Clock): readonly FieldError[] {
  if (expiresAt === undefined || Date.parse(expiresAt) > clock.nowMs()) return [];
  return [{ pointer: '/expires_at', detail: 'must lie in the future; leave it out for no end' }];
}
