import type { Party } from '@countersign/access';
import type { AclBoard, Directory, KillSwitchBoard } from '@countersign/directory';

/**
 * Why somebody may be given nothing now, whoever says otherwise: a code, or null. `askedAt` is the position of what they
 * asked; null for what they ask now.
 */
export type DenyRule = (organization: string, principal: Party, askedAt: number | null) => string | null;

/** Who asked was removed since; who has the id now has asked nothing. */
export const REQUESTER_REMOVED = 'requester_removed';

/** Nothing for disabled agents, and for whom a kill switch stops. */
export function createDenyRule({
  directory,
  board,
  lists,
}: {
  readonly directory: Directory;
  readonly board: KillSwitchBoard;
  readonly lists: Pick<AclBoard, 'removal'>;
}): DenyRule {
  return (organization, { kind, id }, askedAt) => {
    const removal = lists.removal(organization, { kind, id });
    if (askedAt !== null && removal && removal.position > askedAt) return REQUESTER_REMOVED;
    const agent = kind === 'agent' ? directory.agent(organization, id) : undefined;
    if (agent?.enabled === false) return 'agent_disabled';
    const owner = kind === 'user' ? id : (agent?.data.owner ?? '');
    const subject = { organization, agent_id: kind === 'agent' ? id : '', user_id: owner, tool_name: '' };
    return board.stops(subject).length > 0 ? 'killed' : null;
  };
}
