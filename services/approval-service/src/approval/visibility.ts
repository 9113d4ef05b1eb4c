import { type ApproverRefusal, approverRefusal, candidateAt, type Principal } from '@countersign/access';
import { type Directory, isKept, projectOf, type RetentionBoard } from '@countersign/directory';
import type { ApprovalRow } from '../views/approvals.ts';

/** Why somebody may not answer, by what the directory says now; `null` if they may. */
export function createApproverCheck(
  directory: Directory,
): (row: ApprovalRow, principal: Principal) => ApproverRefusal | null {
  return (row, { kind, id, organization }) => {
    const { question } = row;
    const agent = directory.agent(organization, row.agent_id)?.data;
    // Whoever owns the agent now has the same interest as who owned it when the question was put.
    if (kind === 'user' && id === agent?.owner) return 'self_approval';
    const path = directory.pathOf(organization, projectOf(directory, organization, row.agent_id));
    const terms = {
      approvers: question.approvers,
      quorum: question.quorum.needed,
      userId: row.user_id,
      agentOwner: question.agent_owner,
      requestedBy: question.requested_by,
    };
    const roles = kind === 'user' ? (directory.user(organization, id)?.data.roles ?? []) : [];
    const groups = directory.groupsOf(organization, { kind, id });
    const candidate = candidateAt(directory.roleRights(), { kind, id }, roles, path, groups);
    return approverRefusal(terms, candidate, []);
  };
}

/** Whether a question is still kept by the plan of its organization. One that waits always is. */
export function createIsKept(board: Pick<RetentionBoard, 'horizon'>): (row: ApprovalRow) => boolean {
  return (row) => isKept(board, row, row.state === 'waiting');
}
