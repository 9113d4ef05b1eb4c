import { type Rejection, reject } from '@countersign/event-sourcing';
import type { Actor } from '../policy/events.ts';
import { staleAt } from '../workintent/judge.ts';
import type { GovernanceCommand } from './commands.ts';
import type { GovernanceEvent, GovernanceViolated } from './events.ts';
import { brokenByCost, brokenByWriter, type Violation } from './judge.ts';
import { approvalsIn, effective, type Governance } from './state.ts';

/** Why nothing is decided about the governance of a work intent. */
export type GovernanceRejection =
  | 'not_found'
  | 'version_conflict'
  | 'invalid_request'
  | 'self_approval'
  | 'already_decided';

/** Most approvals of one work intent that wait at once: who may write asks, and every question is kept. */
export const MAX_WAITING_APPROVALS = 100;

/** Most approvals of one work intent that are ever asked for: all of them count for what comes next. */
export const MAX_APPROVALS = 1_000;

/** Most costs of one work intent: their sums are made of all of them at each reading. */
export const MAX_COSTS = 10_000;

type Decided = readonly GovernanceEvent[] | Rejection<GovernanceRejection>;

/** Of a work intent that is there, at a version. A change that breaks the policy is an event of its own: nothing else comes of it. */
export function decideGovernance(command: GovernanceCommand, version: number, state: Governance): Decided {
  const { intentId: intent_id, by } = command;
  switch (command.kind) {
    case 'set-governance': {
      if (command.version !== version) return staleAt(version);
      const data = { intent_id, version: version + 1, policy: command.policy, by };
      return [{ type: 'work-intent-governance-set.v1', data }];
    }
    case 'request-approval': {
      const { approvalId: approval_id, action, personal } = command;
      const approvals = approvalsIn(state);
      if (approvals.has(approval_id)) return [];
      if (approvals.size >= MAX_APPROVALS)
        return reject(
          'invalid_request',
          `${approvals.size} approvals were asked for already, which is all that a work intent takes; make a child of it for what is left to approve`,
        );
      const waiting = [...approvals.values()].filter(({ status }) => status === 'pending');
      if (waiting.length >= MAX_WAITING_APPROVALS)
        return reject(
          'invalid_request',
          `${waiting.length} approvals wait already; have some of them decided first`,
        );
      const data = { intent_id, approval_id, action, by };
      return [{ type: 'work-intent-approval-requested.v1', data, personal }];
    }
    case 'decide-approval': {
      const { approvalId: approval_id, decision, persons } = command;
      const asked = approvalsIn(state).get(approval_id);
      if (!asked) return reject('not_found', 'there is no such approval');
      const { action, requestedBy: requested_by, status } = asked;
      if (persons.asking === persons.answering)
        return reject('self_approval', 'nobody decides what they or an agent of theirs asked for');
      if (status !== 'pending')
        return reject('already_decided', `it is ${status === 'denied' ? 'denied' : 'approved'} already`);
      const data = { intent_id, approval_id, action, requested_by, by };
      return [{ type: `work-intent-approval-${decision}.v1`, data }];
    }
    case 'record-cost': {
      const { cost, personal } = command;
      const policy = effective(state.policy);
      const violation = brokenByWriter(policy, command) ?? brokenByCost(policy, state.cost, cost.amount);
      if (violation) return [violated(intent_id, by, violation)];
      if (state.costs >= MAX_COSTS)
        return reject(
          'invalid_request',
          `${state.costs} costs are recorded already, which is all that a work intent takes; make a child of it for what is left to spend`,
        );
      if (!Number.isSafeInteger(state.cost + cost.amount))
        return reject('invalid_request', 'amount: the sum of all costs would be too large to be exact');
      return [{ type: 'work-intent-cost-recorded.v1', data: { intent_id, ...cost, by }, personal }];
    }
  }
}

/** The refusal of a change that breaks the policy, to be recorded. */
export function violated(intent_id: string, by: Actor, { rule, detail }: Violation): GovernanceViolated {
  return { type: 'work-intent-governance-violated.v1', data: { intent_id, rule, detail, by } };
}
