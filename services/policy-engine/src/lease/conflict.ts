import { type Problem, problem } from '@countersign/contracts';
import { openIntentTime } from '@countersign/service';
import type { KnownLease } from './board.ts';
import { isActive, overlaps } from './judge.ts';

/** The same refusal with the lease that is in the way of some parts of the state at a moment, where it is known. */
export function withExisting(
  refused: Problem,
  leases: readonly KnownLease[],
  parts: readonly string[],
  time: string,
): Problem {
  if (refused.code !== 'lease_conflict') return refused;
  const found = leases.find(
    ({ scope, expires_at }) => isActive(expires_at, time) && parts.some((part) => overlaps(scope, part)),
  );
  if (!found) return refused;
  const { id, holder, scope, expires_at } = found;
  const existing_lease = { id, agent_id: holder.id, scope, expires_at: openIntentTime(expires_at) };
  return problem('lease_conflict', refused.detail, { existing_lease });
}
