import { type Rejection, reject } from '@countersign/event-sourcing';
import type { SetGovernance } from '../governance/commands.ts';
import { violated } from '../governance/decide.ts';
import type { GovernanceViolated } from '../governance/events.ts';
import { brokenByWriter } from '../governance/judge.ts';
import { type EffectivePolicy, effective } from '../governance/state.ts';
import { type Actor, SYSTEM } from '../policy/events.ts';
import type { LeaseCommand } from './commands.ts';
import type { LeaseEnded, LeaseEvent } from './events.ts';
import { isActive, isHolder, overlaps } from './judge.ts';
import type { Lease, Leases } from './state.ts';

/** Why nothing is decided about a lease. */
export type LeaseRejection = 'not_found' | 'forbidden' | 'lease_conflict' | 'invalid_request';

type Decided = readonly (LeaseEvent | GovernanceViolated)[] | Rejection<LeaseRejection>;

/** Most leases of one work intent at once. */
export const MAX_LEASES = 100;

/** Most of them that one holder has: some are left for the others. */
export const MAX_HELD_LEASES = 25;

/** Said also of one that there never was. */
export const NO_LEASE = 'there is no such lease, or it has ended';

/** Two leases of one work intent never have a part of the state in common. */
export function decideLease(command: LeaseCommand, policy: EffectivePolicy, leases: Leases): Decided {
  const { intentId: intent_id, leaseId: lease_id } = command;
  const lease = leases[lease_id];
  switch (command.kind) {
    case 'acquire-lease': {
      const { scope, expiresAt: expires_at, by, time } = command;
      if (lease) return [];
      const broken = brokenByWriter(policy, command);
      if (broken) return [violated(intent_id, by, broken)];
      const active = Object.values(leases).filter((one) => isActive(one.expiresAt, time));
      if (active.some((one) => overlaps(one.scope, scope)))
        return reject('lease_conflict', `there is a lease of ${scope} or a part of it, or of what it is in`);
      if (active.length >= MAX_LEASES)
        return reject('invalid_request', `a work intent has at most ${MAX_LEASES} leases at once`);
      if (active.filter((one) => isHolder(one, by)).length >= MAX_HELD_LEASES)
        return reject('invalid_request', `nobody holds more than ${MAX_HELD_LEASES} leases of it at once`);
      return [
        { type: 'work-intent-lease-acquired.v1', data: { intent_id, lease_id, scope, expires_at, by } },
      ];
    }
    case 'renew-lease': {
      const { expiresAt: expires_at, by, time } = command;
      const refused = refusalFor(lease, by, time);
      if (refused) return refused;
      const broken = brokenByWriter(policy, command);
      if (broken) return [violated(intent_id, by, broken)];
      if (lease?.expiresAt === expires_at) return [];
      return [{ type: 'work-intent-lease-renewed.v1', data: { intent_id, lease_id, expires_at, by } }];
    }
    case 'release-lease':
      return refusalFor(lease, command.by, command.time) ?? ended(command, lease, 'released', command.by);
    case 'end-lease': {
      const isDue =
        command.how === 'revoked' || (lease !== undefined && !isActive(lease.expiresAt, command.time));
      return isDue ? ended(command, lease, command.how, SYSTEM) : [];
    }
    case 'bar-lease':
      return lease && isBarred(policy, lease, false) ? ended(command, lease, 'revoked', SYSTEM) : [];
  }
}

/** A policy ends the leases of those whom it does not let write: nobody else could get at what they hold. */
export function endBarred(
  { intentId, policy, assigned }: Pick<SetGovernance, 'intentId' | 'policy' | 'assigned'>,
  leases: Leases,
): readonly LeaseEvent[] {
  return Object.entries(leases).flatMap(([leaseId, lease]) => {
    const isAssigned = assigned.some((one) => isHolder(lease, one));
    return isBarred(effective(policy), lease, isAssigned)
      ? ended({ intentId, leaseId }, lease, 'revoked', SYSTEM)
      : [];
  });
}

function isBarred(policy: EffectivePolicy, { holder: by }: Lease, isAssigned: boolean): boolean {
  return brokenByWriter(policy, { by, isAssigned }) !== null;
}

function ended(
  { intentId: intent_id, leaseId: lease_id }: Pick<LeaseCommand, 'intentId' | 'leaseId'>,
  lease: Lease | undefined,
  how: LeaseEnded['data']['how'],
  by: Actor,
): readonly LeaseEvent[] {
  if (!lease) return [];
  const { scope, holder } = lease;
  return [{ type: 'work-intent-lease-ended.v1', data: { intent_id, lease_id, scope, holder, how, by } }];
}

function refusalFor(lease: Lease | undefined, by: Actor, time: string): Rejection<LeaseRejection> | null {
  if (!lease || !isActive(lease.expiresAt, time)) return reject('not_found', NO_LEASE);
  return isHolder(lease, by) ? null : reject('forbidden', 'only who holds a lease renews or releases it');
}
