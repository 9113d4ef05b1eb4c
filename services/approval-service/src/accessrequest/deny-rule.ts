import type { Party } from '@countersign/access';
import type { Directory, KillSwitchBoard } from '@countersign/directory';

/** Why somebody may be given nothing now, whoever says otherwise: a code, or null. */
export type DenyRule = (organization: string, principal: Party) => string | null;

/** Nothing for disabled agents, and for whom a kill switch stops. */
export function createDenyRule({
  directory,
  board,
}: {
  readonly directory: Directory;
  readonly board: KillSwitchBoard;
}): DenyRule {
  return (organization, { kind, id }) => {
    const agent = kind === 'agent' ? directory.agent(organization, id) : undefined;
    if (agent?.enabled === false) return 'agent_disabled';
    const owner = kind === 'user' ? id : (agent?.data.owner ?? '');
    const subject = { organization, agent_id: kind === 'agent' ? id : '', user_id: owner, tool_name: '' };
    return board.stops(subject).length > 0 ? 'killed' : null;
  };
}
