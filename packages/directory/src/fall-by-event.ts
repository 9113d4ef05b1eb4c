import { type AclPrincipal, type AclResource, type AclState, principalKey } from '@countersign/access';
import type { KillSwitchEffective } from '@countersign/contracts';
import type { Message } from '@countersign/message-bus';
import type { AclBoard } from './acl-board.ts';
import { projectOf } from './directory.ts';
import { createFallSince, type HistoryOfCalls } from './fall-since.ts';
import { inScope } from './kill-switches.ts';
import { createStandingCheck, type Fall, type Standing } from './standing.ts';

/** The events that can fell a call, and their topics. */
export const FALL_TYPES = [
  'killswitch.engaged',
  'killswitch.effective',
  'tool.declared',
  'tool.withdrawn',
  'agent.disabled',
  'agent.changed',
  'agent.access_set',
  'user.changed',
  'user.removed',
  'group.changed',
  'group.removed',
  'acl.granted',
  'acl.revoked',
  'acl.expired',
  'acl.replaced',
  'project.registered',
  'role.catalog.applied',
  'organization.plan_changed',
  'plan.published',
  'plan.catalog.applied',
] as const;

/** The topics that these are on. */
export const FALL_TOPICS = ['agent.safety', 'agent.control'] as const;

/**
 * What fells a call that was permitted or put to people at a position, asked when a control event has come. What came after
 * the event does not matter: a switch that was released, a tool that was declared back or an agent that was enabled again
 * revives no call that fell in between. `null` if the call stands, or is none of the event's concern.
 */
export function createFallByEvent(
  deps: HistoryOfCalls,
): (message: Message, call: Standing, since: number) => Promise<Fall | null> {
  const standing = createStandingCheck(deps);
  const fallSince = createFallSince(deps);
  return async (message, call, since) => {
    const fallen = standing(call);
    if (fallen || message.position <= since || !concerns(deps, message, call)) return fallen;
    return fallSince(call, since);
  };
}

/** Whether a call may rest on what an event changes, as far as no later event is of its concern. */
function concerns({ directory, lists }: HistoryOfCalls, message: Message, call: Standing): boolean {
  const { organization, intent_id } = call;
  const { type, data } = message;
  const resource = data.resource as unknown as AclResource | undefined;
  const asked = listsOf(lists, organization, intent_id);
  /** Whether a removal took something out of a list that the call rests on. */
  const hasTaken = () =>
    asked.some((one) => lists.last(organization, one).some(({ subject }) => subject === message.subject));
  const declaration = directory.tool(organization, call.tool_name)?.data.declaration;
  switch (type) {
    case 'killswitch.engaged':
    case 'killswitch.effective': {
      const { scope, target, drill } = data as unknown as KillSwitchEffective;
      return !drill && inScope({ scope, target, organization: message.organization }, call);
    }
    // One catalog holds for all organizations, and plans belong to none.
    case 'role.catalog.applied':
      return (declaration?.required_permissions ?? []).length > 0;
    case 'organization.plan_changed':
    case 'plan.published':
    case 'plan.catalog.applied':
      return (declaration?.required_flags ?? []).length > 0;
  }
  if (message.organization !== organization) return false;
  switch (type) {
    case 'tool.declared':
    case 'tool.withdrawn':
      return data.name === call.tool_name;
    case 'agent.disabled':
    case 'agent.changed':
    case 'agent.access_set':
      return data.agent_id === call.agent_id;
    case 'user.changed':
      return data.user_id === call.user_id;
    case 'user.removed':
      return data.user_id === call.user_id || hasTaken();
    case 'project.registered':
      return data.project_id === projectOf(directory, organization, call.agent_id);
    case 'group.changed':
      return asked.some((one) =>
        names(lists.get(organization, one), { kind: 'group', id: String(data.group_id) }),
      );
    case 'group.removed':
      return hasTaken();
    default:
      return asked.some(({ kind, id }) => resource?.kind === kind && resource.id === id);
  }
}

/** What answers for a work intent: its own list, and its namespace's. */
function listsOf(
  lists: Pick<AclBoard, 'get'>,
  organization: string,
  intentId: string | null,
): readonly AclResource[] {
  const acl = intentId === null ? undefined : lists.get(organization, { kind: 'intent', id: intentId });
  if (!acl) return [];
  return acl.namespace === null ? [acl.resource] : [acl.resource, { kind: 'namespace', id: acl.namespace }];
}

function names(acl: AclState | undefined, who: AclPrincipal): boolean {
  return acl?.entries.some(({ principal }) => principalKey(principal) === principalKey(who)) ?? false;
}
