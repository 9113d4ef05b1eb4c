import { isSame, type Party } from './principal.ts';
import { grantedAt, type RoleAssignment, rolesAt } from './role.ts';
import type { RoleRights } from './roles/role-rights.ts';
import type { ScopePath } from './scope.ts';

/** What an approval asks for, and who is too close to the call to give it. */
export interface ApprovalTerms {
  /** `role:<role>`, `user:<id>` or `group:<id>`; any one is enough. */
  readonly approvers: readonly string[];
  /** How many distinct people must agree. */
  readonly quorum: number;
  /** The user that the call acts for. */
  readonly userId: string;
  /** The user that owns the agent. */
  readonly agentOwner: string;
  /** Who announced the call. */
  readonly requestedBy: Party;
}

/** Somebody who answers, with what counts of them where the call is. */
export interface Candidate {
  readonly party: Party;
  readonly roles: readonly string[];
  /** Whether their roles grant `approve_tool_calls`. */
  readonly mayApprove: boolean;
  /** Ids of the groups that they belong to. */
  readonly groups?: readonly string[];
}

/** A candidate by the roles that they hold and the groups that they are in, for a call at `path`. */
export function candidateAt(
  rights: RoleRights,
  party: Party,
  assignments: readonly RoleAssignment[],
  path: ScopePath,
  groups: readonly string[],
): Candidate {
  const mayApprove = grantedAt(rights, assignments, path, 'approve_tool_calls');
  return { party, roles: rolesAt(rights, assignments, path), mayApprove, groups };
}

/** Why somebody may not answer; the problem codes of the contract. */
export type ApproverRefusal = 'self_approval' | 'not_an_approver' | 'already_decided';

/** Why this candidate may not answer, or null. `answered` are those who have. */
export function approverRefusal(
  terms: ApprovalTerms,
  candidate: Candidate,
  answered: readonly Party[],
): ApproverRefusal | null {
  if (isInvolved(terms, candidate.party)) return 'self_approval';
  if (!isNamed(terms, candidate)) return 'not_an_approver';
  if (answered.some((party) => isSame(party, candidate.party))) return 'already_decided';
  return null;
}

/** How many distinct people of those who approved the terms let count. */
export function countApprovals(terms: ApprovalTerms, approved: readonly Candidate[]): number {
  const people = new Set<string>();
  for (const candidate of approved) {
    if (approverRefusal(terms, candidate, []) === null) people.add(candidate.party.id);
  }
  return people.size;
}

/** Whether those who approved are enough: also asked at release, of the terms that hold then. */
export function isApproved(terms: ApprovalTerms, approved: readonly Candidate[]): boolean {
  return countApprovals(terms, approved) >= terms.quorum;
}

/** The user acted for, the agent's owner and who asked have an interest of their own. */
function isInvolved({ userId, agentOwner, requestedBy }: ApprovalTerms, party: Party): boolean {
  if (isSame(party, requestedBy)) return true;
  return party.kind === 'user' && (party.id === userId || party.id === agentOwner);
}

/** Only people answer. A role or group is a place anybody may be put into, so it needs the permission as well. */
function isNamed(
  { approvers }: ApprovalTerms,
  { party, roles, mayApprove, groups = [] }: Candidate,
): boolean {
  if (party.kind !== 'user') return false;
  if (approvers.includes(`user:${party.id}`)) return true;
  if (!mayApprove) return false;
  const memberships = [...roles.map((role) => `role:${role}`), ...groups.map((id) => `group:${id}`)];
  return memberships.some((membership) => approvers.includes(membership));
}
