import { DEFAULT_TTL_MS } from '../limits.ts';
import type { RuleObligations } from '../policy.ts';
import type { ApprovalDemand, Obligations } from './evaluation.ts';

type ApprovalObligations = Required<Pick<Obligations, 'approvers' | 'quorum' | 'ttl_ms' | 'approvals'>>;

/**
 * One demand that satisfies every rule asking for approval: approvers that all of them name, the largest quorum,
 * the shortest time. Undefined when nobody, or too few named people, could satisfy it: the call is then refused.
 */
export function mergeApprovals(rules: readonly RuleObligations[]): ApprovalObligations | undefined {
  const demands = new Map<string, ApprovalDemand>();
  for (const { approvers = [], quorum = 1 } of rules) {
    demands.set(`${quorum} ${approvers.join(' ')}`, { approvers, quorum });
  }
  const approvals = [...demands.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, demand]) => demand);
  const [first, ...others] = approvals;
  const approvers = (first?.approvers ?? []).filter((who) =>
    others.every((other) => other.approvers.includes(who)),
  );
  const quorum = Math.max(...approvals.map((demand) => demand.quorum));
  if (!canReach(approvers, quorum)) return undefined;
  return {
    approvers,
    quorum,
    ttl_ms: Math.min(...rules.map((rule) => rule.ttl_ms ?? DEFAULT_TTL_MS)),
    approvals,
  };
}

/** Whether `quorum` distinct people can be found: a role or group has any number, `user:` names one. */
export function canReach(approvers: readonly string[], quorum: number): boolean {
  return approvers.length >= quorum || approvers.some((who) => !who.startsWith('user:'));
}
