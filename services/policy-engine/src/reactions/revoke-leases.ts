import { ACL_TYPES, type AclBoard, concernsLists } from '@countersign/directory';
import { type CommandHandler, reactionMetadata } from '@countersign/event-store';
import type { Message } from '@countersign/message-bus';
import { againAfter, DONE, type ReactionOutcome } from '@countersign/processing';
import { messageMetadata } from '@countersign/service';
import type { GovernanceRights } from '../governance/rights.ts';
import type { KnownLease, LeaseBoard } from '../lease/board.ts';
import type { LeaseCommand } from '../lease/commands.ts';
import { intent } from '../workintent/admit.ts';
import type { WorkIntentCommand, WorkIntentRejection } from '../workintent/decide.ts';
import { workIntentStream } from '../workintent/shown.ts';
import type { WorkIntent } from '../workintent/state.ts';

/** Where it is told that somebody may have less than before. */
export const REVOKING_TOPICS = ['agent.control'] as const;
/** After each of them a holder may not write any more, or not be assigned; a lease that was taken while that happened is looked at as well. */
export const REVOKING_TYPES: readonly string[] = [
  ...ACL_TYPES,
  'agent.access_set',
  'agent.disabled',
  'group.changed',
  'user.changed',
  'role.catalog.applied',
  'workintent.lease_acquired',
];

const HANDLER = 'policy-engine.revoke-leases.v1';

/** Takes the leases of those who have lost the right that they were taken by, or are not assigned where the policy wants them to be. */
export function createRevokeLeases(deps: {
  readonly leases: Pick<LeaseBoard, 'of' | 'inOrganization'>;
  readonly board: Pick<AclBoard, 'get' | 'last'>;
  readonly governanceRights: Pick<GovernanceRights, 'holdsSince' | 'isAssigned'>;
  readonly workIntents: CommandHandler<WorkIntent, WorkIntentCommand, WorkIntentRejection>;
}): (message: Message) => Promise<ReactionOutcome> {
  const { leases, board, governanceRights, workIntents } = deps;

  /** What is asked about a lease, if anything: whether the policy wants its holder assigned is the decider's to say. */
  const judge = async (lease: KnownLease, time: string): Promise<LeaseCommand | null> => {
    const { id: leaseId, organization, intent_id: intentId, holder, acquired } = lease;
    const acl = board.get(organization, intent(intentId));
    if (!acl || !(await governanceRights.holdsSince(organization, acl, holder, 'write', acquired)))
      return { kind: 'end-lease', intentId, leaseId, how: 'revoked', time };
    if (governanceRights.isAssigned(organization, acl, holder)) return null;
    return { kind: 'bar-lease', intentId, leaseId };
  };

  /** Those whose right may rest on what has changed: to judge one takes reads of the ledger. */
  const concernedBy = (message: Message): readonly KnownLease[] => {
    const { type, organization, data } = message;
    // One catalog of roles holds for all organizations.
    if (type === 'role.catalog.applied') return leases.inOrganization(null);
    if (type === 'workintent.lease_acquired')
      return leases.of(organization, String(data.intent_id)).filter(({ id }) => id === data.lease_id);
    return leases
      .inOrganization(organization)
      .filter((lease) => isOfHolder(message, lease) || concernsLists(board, message, lease));
  };

  return async (message) => {
    for (const lease of concernedBy(message)) {
      const command = await judge(lease, message.time);
      if (!command) continue;
      const { id, organization, intent_id } = lease;
      const handled = await workIntents.handle(workIntentStream(organization, intent_id), command, {
        ...reactionMetadata({ metadata: messageMetadata(message) }, `${HANDLER}:${id}`, message.time),
        organization,
      });
      if (handled.kind === 'failed') return againAfter(handled.error);
    }
    return DONE;
  };
}

/** Whether an event is of the user or agent who holds a lease. */
function isOfHolder({ type, data }: Message, { holder: { kind, id } }: KnownLease): boolean {
  return type.startsWith(`${kind}.`) && data[`${kind}_id`] === id;
}
