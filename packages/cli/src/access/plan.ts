import { type AclDraft, type Delegable, draftAcl, type Phase, type Workflow } from '@countersign/access';
import type {
  AccessEntryRequest,
  AccessListRequest,
  AccessReview,
  AgentAccess,
  ContextRule,
  DelegateRight,
} from '@countersign/sdk';

/** What is applied to one phase's work intent. */
export interface PhasePlan {
  readonly phase: Phase;
  /** One key of one caller makes one work intent, however often a file is applied. */
  readonly idempotencyKey: string;
  /** The whole list; null where the phase says nothing of access: who is let in stays as it is. */
  readonly list: AccessListRequest | null;
  /** Who is let in without a list, if they are not yet. */
  readonly grants: readonly AccessEntryRequest[];
  readonly review: AccessReview | null;
  /** What agents are told of what is around it; null where the phase says nothing: that stays as it is. */
  readonly context: ContextRule['context'] | null;
}

/** Everything that a workflow file asks for, in the order in which it can be done. */
export interface ApplyPlan {
  readonly agents: readonly { readonly id: string; readonly access: AgentAccess }[];
  readonly phases: readonly PhasePlan[];
}

/** @param name what the workflow is known by: two files of one name are one workflow. */
export function planOf(workflow: Workflow, name: string): ApplyPlan {
  const { review } = workflow;
  return {
    agents: [...workflow.agents].map(([id, { defaultPermission, approvalRequired }]) => ({
      id,
      access: { default_permission: defaultPermission, approval_required: approvalRequired },
    })),
    phases: inOrder(workflow.phases).map((phase) => ({
      phase,
      idempotencyKey: encodeURIComponent(`workflow/${name}/${phase.name}`),
      ...accessOf(draftAcl(phase, workflow)),
      review: review && {
        on_request: review.onRequest,
        approvers: [...review.approvers],
        timeout_hours: review.timeoutHours,
      },
      context: contextOf(phase),
    })),
  };
}

function contextOf({ permissions }: Phase): PhasePlan['context'] {
  if (permissions === null) return null;
  const { context } = permissions;
  return typeof context === 'object' && 'parts' in context ? context.parts : context;
}

function accessOf({ defaultPolicy, defaultLevel, entries }: AclDraft): Pick<PhasePlan, 'list' | 'grants'> {
  const wanted = entries.map(
    ({ principal, level, delegable, expiresAt, reason }): AccessEntryRequest => ({
      principal_id: principal.id,
      principal_type: principal.kind,
      permission: level,
      ...(delegable ? { delegate: delegateOf(delegable) } : {}),
      ...(expiresAt === null ? {} : { expires_at: expiresAt }),
      ...(reason === null ? {} : { reason }),
    }),
  );
  if (defaultPolicy === null) return { list: null, grants: wanted };
  const list = { default_policy: defaultPolicy, default_permission: defaultLevel, entries: wanted };
  return { list, grants: [] };
}

function delegateOf({ maxDepth, to, level }: Delegable): DelegateRight {
  return {
    max_depth: maxDepth,
    ...(to === undefined ? {} : { to }),
    ...(level === undefined ? {} : { permission: level }),
  };
}

/** Each phase after those that it depends on: a work intent refers to others that are there. */
function inOrder(phases: readonly Phase[]): readonly Phase[] {
  const byName = new Map(phases.map((phase) => [phase.name, phase]));
  const ordered = new Set<Phase>();
  const visit = (phase: Phase): void => {
    for (const name of phase.dependsOn) {
      const before = byName.get(name);
      if (before && !ordered.has(before)) visit(before);
    }
    ordered.add(phase);
  };
  phases.forEach(visit);
  return [...ordered];
}
