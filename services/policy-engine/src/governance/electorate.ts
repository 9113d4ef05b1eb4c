import type { AclState } from '@countersign/access';
import type { Actor } from '../policy/events.ts';
import type { WorkIntentRow } from '../workintent/view.ts';
import { approvalsNeeded, type Electorate } from './judge.ts';
import type { GovernanceRights } from './rights.ts';
import { COMPLETE, effective } from './state.ts';
import { type ApprovalRow, statusOf } from './views.ts';

/**
 * By whom a completion may be carried. Whether a right was held without a break is read from history, so no more is looked
 * into than is needed, one at a time, and of each approver the newest answer: who held the right since then held it since then.
 */
export async function electorate(
  governanceRights: Pick<GovernanceRights, 'assignedAgents' | 'holdsSince' | 'personBehind'>,
  acl: AclState,
  intent: Pick<WorkIntentRow, 'organization' | 'governance_policy' | 'approvals_since'>,
  approved: readonly ApprovalRow[],
): Promise<Electorate> {
  const { organization } = intent;
  const agents = governanceRights.assignedAgents(organization, acl);
  const required = approvalsNeeded(effective(intent.governance_policy ?? null), agents);
  const behind = (who: Actor) => governanceRights.personBehind(organization, who);
  const counting = approved
    .filter((one) => one.action === COMPLETE && statusOf(one, intent) === 'approved')
    .sort((one, other) => (one.decided ?? 0) - (other.decided ?? 0))
    .flatMap(({ id, requested_by, decided_by: by, decided: since }) => {
      if (by === null || since === null) return [];
      const persons = { asking: behind(requested_by), answering: behind(by) };
      return persons.asking === persons.answering ? [] : [{ id, by, since, persons }];
    });
  const newest = new Map(counting.map((one) => [`${one.by.kind}:${one.by.id}`, one]));
  const found = new Map<string, Electorate['standing'][number]>();
  for (const { id, by, since, persons } of newest.values()) {
    if (found.size >= required) break;
    if (found.has(persons.answering)) continue;
    if (await governanceRights.holdsSince(organization, acl, by, 'admin', since))
      found.set(persons.answering, { id, persons });
  }
  return { agents, standing: [...found.values()] };
}
