import type { Actor } from '../policy/events.ts';
import type { GovernanceEvent, GovernancePolicy } from './events.ts';

/** An answer is `void` once the policy has changed, and `spent` once the work intent was completed by it. */
export interface Approval {
  readonly action: string;
  readonly requestedBy: Actor;
  readonly status: 'pending' | 'approved' | 'denied' | 'void' | 'spent';
  readonly decidedBy: Actor | null;
}

/** What governs the next change of a work intent. */
export interface Governance {
  readonly policy: GovernancePolicy | null;
  /** By id, in the order of the questions. */
  readonly approvals: { readonly [id: string]: Approval };
  /** Everything that was recorded as spent, whatever its unit. */
  readonly cost: number;
}

/** Of a work intent that nothing was said of. */
export const UNGOVERNED: Governance = { policy: null, approvals: {}, cost: 0 };

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
    case 'work-intent-governance-set.v1':
      return { ...state, policy: event.data.policy, approvals: ended(state, () => true, 'void') };
    case 'work-intent-approval-requested.v1': {
      const { approval_id, action, by } = event.data;
      const asked: Approval = { action, requestedBy: by, status: 'pending', decidedBy: null };
      return { ...state, approvals: { ...state.approvals, [approval_id]: asked } };
    }
    case 'work-intent-approval-granted.v1':
      return decided(state, event.data.approval_id, 'approved', event.data.by);
    case 'work-intent-approval-denied.v1':
      return decided(state, event.data.approval_id, 'denied', event.data.by);
    case 'work-intent-cost-recorded.v1':
      return { ...state, cost: state.cost + event.data.amount };
    case 'work-intent-governance-violated.v1':
      return state;
  }
}

/** The same without the approvals that a completion rested on: each serves once. */
export function spend(state: Governance, ids: readonly string[]): Governance {
  return { ...state, approvals: ended(state, (id) => ids.includes(id), 'spent') };
}

function decided(state: Governance, id: string, status: 'approved' | 'denied', by: Actor): Governance {
  const asked = state.approvals[id];
  if (!asked) return state;
  return { ...state, approvals: { ...state.approvals, [id]: { ...asked, status, decidedBy: by } } };
}

/** Only a yes can end: a question that waits is answered under what holds then. */
function ended(
  { approvals }: Governance,
  isMeant: (id: string) => boolean,
  status: 'void' | 'spent',
): Governance['approvals'] {
  const entries = Object.entries(approvals).map(([id, approval]) => {
    return [id, approval.status === 'approved' && isMeant(id) ? { ...approval, status } : approval] as const;
  });
  return Object.fromEntries(entries);
}
