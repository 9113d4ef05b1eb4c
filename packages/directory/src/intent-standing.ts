import type { AclPrincipal, Level } from '@countersign/access';
import { type AccessRights, createAccessRights } from './access-rights.ts';
import type { AclBoard } from './acl-board.ts';
import type { Directory } from './directory.ts';

/** A call that may name a work intent. */
export interface CallOnIntent {
  readonly organization: string;
  readonly agent_id: string;
  readonly intent_id: string | null;
}

/** Whether calls stand on the access that their agents have to the work intents that they name. */
export interface IntentStanding {
  readonly rights: AccessRights;
  /** What the call's agent holds now; `undefined` where the call names no work intent that there is. */
  levelOf(call: CallOnIntent): Level | null | undefined;
}

/** What a call needs on the work intent that it names. */
export const LEVEL_OF_CALLS: Level = 'write';

/** Standing by the lists of the board and the defaults of the directory, at `nowMs`. */
export function createIntentStanding(deps: {
  readonly board: Pick<AclBoard, 'get'>;
  readonly directory: Pick<Directory, 'agent' | 'groupsOf'>;
  readonly nowMs: () => number;
}): IntentStanding {
  const { board, directory, nowMs } = deps;
  const rights = createAccessRights(board, directory);
  return {
    rights,
    levelOf({ organization, agent_id, intent_id }) {
      if (intent_id === null) return undefined;
      const agent: AclPrincipal = { kind: 'agent', id: agent_id };
      return rights.levelOn(organization, { kind: 'intent', id: intent_id }, agent, nowMs());
    },
  };
}
