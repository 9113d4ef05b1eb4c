import type { KillSwitchEffective } from '@countersign/contracts';
import type { Message } from '@countersign/message-bus';
import { projectOf } from './directory.ts';
import { createFallSince, type HistoryOfCalls } from './fall-since.ts';
import { inScope } from './kill-switches.ts';
import { concernsLists } from './lists-of-intent.ts';
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
  const { organization } = call;
  const { type, data } = message;
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
      return data.user_id === call.user_id || concernsLists(lists, message, call);
    case 'project.registered':
      return data.project_id === projectOf(directory, organization, call.agent_id);
    default:
      return concernsLists(lists, message, call);
  }
}
