import {
  type AclEntry,
  type AclPrincipal,
  type AclResource,
  type AclState,
  effectiveLevel,
  includesLevel,
  type Level,
  principalKey,
} from '@countersign/access';
import type { AclGranted, AclRevoked, AgentAccessSet } from '@countersign/contracts';
import type { Message } from '@countersign/message-bus';
import { type AccessRights, createAccessRights } from './access-rights.ts';
import type { AclBoard } from './acl-board.ts';
import type { Directory } from './directory.ts';
import { REMOVAL_TYPES } from './removals.ts';

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
  /** Whether an event by itself took from the agent what the call rests on, whatever came after it. */
  isTakenBy(message: Message, call: CallOnIntent): boolean;
  /** The last events of the lists that the call rests on. */
  lastOf(call: CallOnIntent): readonly Message[];
}

/** What a call needs on the work intent that it names. */
export const LEVEL_OF_CALLS: Level = 'write';

/** Standing by the lists of the board and the defaults of the directory, at `nowMs`. */
export function createIntentStanding(deps: {
  readonly board: AclBoard;
  readonly directory: Directory;
  readonly nowMs: () => number;
}): IntentStanding {
  const { board, directory, nowMs } = deps;
  const groupsOf = (organization: string, { kind, id }: AclPrincipal) =>
    kind === 'group' ? [] : directory.groupsOf(organization, { kind, id });
  const rights = createAccessRights(board, {
    groupsOf,
    defaultOf: (organization, { kind, id }) =>
      kind === 'agent' ? (directory.agent(organization, id)?.access.default_permission ?? null) : null,
  });
  const agentOf = ({ agent_id }: CallOnIntent): AclPrincipal => ({ kind: 'agent', id: agent_id });
  const listOf = ({ organization, intent_id }: CallOnIntent): AclState | undefined =>
    intent_id === null ? undefined : board.get(organization, { kind: 'intent', id: intent_id });

  /** Whether an event put or ended an entry that named the agent, itself or by a group, so that it may have less. */
  const names = (message: Message, call: CallOnIntent): boolean => {
    const agent = agentOf(call);
    const groups = rights.groupsOf(call.organization, agent).map((id) => principalKey({ kind: 'group', id }));
    const own = new Set([principalKey(agent), ...groups]);
    return entriesOf(message).some(({ principal }) => own.has(principalKey(principal)));
  };

  /** What the agent held by the lists as an event left one of them. */
  const levelAfter = (message: Message, left: AclState, intent: AclState, call: CallOnIntent) => {
    const [agent, at] = [agentOf(call), Date.parse(message.time)];
    const { organization } = call;
    if (left.resource.kind === 'intent') return rights.levelBy(organization, left, agent, at);
    const fallback = rights.levelBy(organization, left, agent, at);
    return effectiveLevel(intent, agent, rights.groupsOf(organization, agent), at, fallback);
  };

  /** Whether what an agent has by default, as an event says it, leaves a call without what it needs. */
  const isTakenByDefault = ({ data, time }: Message, intent: AclState, call: CallOnIntent): boolean => {
    const { agent_id, default_permission } = data as unknown as AgentAccessSet;
    if (agent_id !== call.agent_id) return false;
    const then = createAccessRights(board, { groupsOf, defaultOf: () => default_permission });
    const level = then.levelBy(call.organization, intent, agentOf(call), Date.parse(time));
    return !includesLevel(level, LEVEL_OF_CALLS);
  };

  return {
    rights,
    levelOf(call) {
      const acl = listOf(call);
      return acl && rights.levelBy(call.organization, acl, agentOf(call), nowMs());
    },
    isTakenBy(message, call) {
      const intent = listOf(call);
      if (!intent) return false;
      if (message.type === 'agent.access_set') return isTakenByDefault(message, intent, call);
      if (!ENDING.has(message.type)) return false;
      if (NAMING.has(message.type) && !names(message, call)) return false;
      return listsOf(intent).some((resource) => {
        const left = board.after(message, resource);
        return left !== undefined && !includesLevel(levelAfter(message, left, intent, call), LEVEL_OF_CALLS);
      });
    },
    lastOf(call) {
      const acl = listOf(call);
      return acl ? listsOf(acl).flatMap((resource) => board.last(call.organization, resource)) : [];
    },
  };
}

/** What answers for a work intent: its own list, and its namespace's. */
function listsOf({ resource, namespace }: AclState): readonly AclResource[] {
  return namespace === null ? [resource] : [resource, { kind: 'namespace', id: namespace }];
}

/** The entries by which an event may leave somebody less than calls need: ended ones with as much, and new ones with less. */
function entriesOf({ type, data }: Message): readonly Pick<AclEntry, 'principal' | 'level'>[] {
  if (type === 'acl.granted') {
    const { entry } = data as unknown as AclGranted;
    return includesLevel(entry.level, LEVEL_OF_CALLS) ? [] : [entry];
  }
  const { ended } = data as unknown as AclRevoked;
  return ended.filter(({ level }) => includesLevel(level, LEVEL_OF_CALLS));
}

/** Events that name the entries that they put or end. Whom an entry names has what it grants, also where the list leaves more. */
const NAMING: ReadonlySet<string> = new Set(['acl.granted', 'acl.revoked', 'acl.expired']);

/** Events after which somebody may hold less than before. */
const ENDING: ReadonlySet<string> = new Set([...NAMING, 'acl.replaced', ...REMOVAL_TYPES]);
