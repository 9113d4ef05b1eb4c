import type { Actor } from '../policy/events.ts';
import type { ApprovalDecided, GovernanceEvent, GovernancePolicy } from './events.ts';

/** The action of the approvals that completing takes. */
export const COMPLETE = 'complete';

/** A yes is `expired` once something has changed that it was said to. */
export interface Approval {
  readonly action: string;
  readonly requestedBy: Actor;
  readonly status: 'pending' | 'approved' | 'denied' | 'expired';
  readonly decidedBy: Actor | null;
}

/** Versions of the work intent. */
interface Since {
  /** That the policy is of. */
  readonly policy: number;
  /** That the state is of, or the completion. */
  readonly work: number;
}

/** A question or its answer, after everything that was said before: one more copies none of it. */
interface Said {
  readonly id: string;
  readonly approval: Approval;
  readonly since: Since;
  readonly before: Said | null;
}

/** What governs the next change of a work intent. */
export interface Governance {
  readonly policy: GovernancePolicy | null;
  readonly since: Since;
  readonly said: Said | null;
  /** Everything that was recorded as spent, whatever its unit. */
  readonly cost: number;
  /** How many times something was. */
  readonly costs: number;
}

/** Of a work intent that nothing was said of. */
export const UNGOVERNED: Governance = {
  policy: null,
  since: { policy: 0, work: 0 },
  said: null,
  cost: 0,
  costs: 0,
};

/** By id, in the order of the questions. Only a yes can end: a question that waits is answered under what holds then. */
export function approvalsIn({
  said,
  since,
}: Pick<Governance, 'said' | 'since'>): ReadonlyMap<string, Approval> {
  const all: Said[] = [];
  for (let one = said; one !== null; one = one.before) all.push(one);
  const hasExpired = ({ approval: { action, status }, since: then }: Said): boolean =>
    status === 'approved' &&
    (then.policy !== since.policy || (action === COMPLETE && then.work !== since.work));
  return new Map(
    all
      .reverse()
      .map((one) => [
        one.id,
        hasExpired(one) ? { ...one.approval, status: 'expired' as const } : one.approval,
      ]),
  );
}

/** What holds where a policy says nothing. */
export const DEFAULT_POLICY = {
  completion_mode: 'auto',
  write_scope: 'any',
  quorum_threshold: 0.6,
  allowed_agents: [],
  max_cost: null,
  require_status_reason: false,
} as const satisfies GovernancePolicy;

/** Everything that a policy comes to. */
export type EffectivePolicy = {
  readonly [Name in keyof GovernancePolicy]-?: NonNullable<GovernancePolicy[Name]>;
} & {
  readonly max_cost: number | null;
};

/** A policy with what it leaves out. */
export function effective(policy: GovernancePolicy | null): EffectivePolicy {
  return { ...DEFAULT_POLICY, ...policy } as EffectivePolicy;
}

/** Governance after one event more. */
export function evolveGovernance(state: Governance, event: GovernanceEvent): Governance {
  switch (event.type) {
    case 'work-intent-governance-set.v1': {
      const { policy, version } = event.data;
      return { ...state, policy, since: { ...state.since, policy: version } };
    }
    case 'work-intent-approval-requested.v1': {
      const { approval_id, action, by } = event.data;
      return said(state, approval_id, { action, requestedBy: by, status: 'pending', decidedBy: null });
    }
    case 'work-intent-approval-granted.v1':
      return decided(state, event, 'approved');
    case 'work-intent-approval-denied.v1':
      return decided(state, event, 'denied');
    case 'work-intent-cost-recorded.v1':
      return { ...state, cost: state.cost + event.data.amount, costs: state.costs + 1 };
    case 'work-intent-governance-violated.v1':
      return state;
  }
}

/** The same once the work is another, or done: what was approved for completing it was said to what was there before. */
export function evolveWork(state: Governance, version: number): Governance {
  return { ...state, since: { ...state.since, work: version } };
}

function said(state: Governance, id: string, approval: Approval): Governance {
  return { ...state, said: { id, approval, since: state.since, before: state.said } };
}

function decided(state: Governance, { data }: ApprovalDecided, status: 'approved' | 'denied'): Governance {
  const { approval_id, action, requested_by: requestedBy, by: decidedBy } = data;
  return said(state, approval_id, { action, requestedBy, status, decidedBy });
}
