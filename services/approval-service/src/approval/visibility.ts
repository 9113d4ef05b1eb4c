import { type ApproverRefusal, approverRefusal, candidateAt, type Principal } from '@countersign/access';
import { type Directory, projectOf } from '@countersign/directory';
import type { ViewReader } from '@countersign/service';
import { type ApprovalRow, type ApprovalState, approvalsView } from '../views/approvals.ts';

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

/** Most rows that are read for one page of a caller who sees only some of them; `next` goes on from there. */
const MAX_READ = 5_000;
/** Rows of one read where some of them may not be shown. */
const READ_AT_ONCE = 500;

/** A page of an organization's approvals: all, or those that `sees` lets through. */
export async function listRows(
  views: Pick<ViewReader, 'query'>,
  organization: string,
  query: {
    readonly state?: ApprovalState | undefined;
    readonly after?: string | undefined;
    readonly limit: number;
  },
  sees: 'all' | ((row: ApprovalRow) => boolean),
): Promise<{ readonly rows: readonly ApprovalRow[]; readonly next: string | null }> {
  const { state, limit } = query;
  const size = sees === 'all' ? limit + 1 : Math.max(limit + 1, READ_AT_ONCE);
  const rows: ApprovalRow[] = [];
  let { after } = query;
  for (let read = 0; read < MAX_READ; read += size) {
    const page = await views.query<ApprovalRow>(approvalsView.name, {
      where: { organization, ...(state === undefined ? {} : { state }) },
      limit: size,
      ...(after === undefined ? {} : { after }),
    });
    rows.push(...page.map(({ row }) => row).filter((row) => sees === 'all' || sees(row)));
    if (rows.length > limit) return { rows: rows.slice(0, limit), next: rows[limit - 1]?.id ?? null };
    if (page.length < size) return { rows, next: null };
    after = page.at(-1)?.key;
  }
  return { rows, next: after ?? null };
}
