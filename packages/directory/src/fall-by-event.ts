import type { Plan } from '@countersign/access';
import type {
  AgentChanged,
  KillSwitchEffective,
  OrganizationPlanChanged,
  ToolDeclared,
  ToolWithdrawn,
  UserChanged,
} from '@countersign/contracts';
import type { Message } from '@countersign/message-bus';
import { missingFor } from './acting.ts';
import { projectOf, rightsOf } from './directory.ts';
import { inScope } from './kill-switches.ts';
import { DEFAULT_WORKSPACE } from './places.ts';
import {
  accessLost,
  agentDisabled,
  type Fall,
  flagLost,
  type KnownOfCalls,
  killedBy,
  mayActFor,
  mayNotActFor,
  permissionLost,
  type Standing,
  toolChanged,
  toolWithdrawn,
} from './standing.ts';

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
 * Whether a control event by itself fells a call that was permitted or put to people before it. What came after the
 * event does not matter: a switch that was released, a tool that was declared back or an agent that was enabled again
 * revives no permit that fell in between. `null` if the call is none of its concern.
 */
export function createFallByEvent({
  directory,
  intents,
  plans,
}: Omit<KnownOfCalls, 'board'>): (message: Message, call: Standing) => Fall | null {
  return (message, call) => {
    // What a gateway permits before it knows of the switch stands in front of `effective`: no gateway does so afterwards.
    if (message.type === 'killswitch.engaged' || message.type === 'killswitch.effective') {
      const told = message.data as unknown as KillSwitchEffective;
      const { kill_switch_id: id, scope, target, drill } = told;
      const killSwitch = { id, scope, target, organization: message.organization };
      return !drill && inScope(killSwitch, call) ? killedBy(killSwitch) : null;
    }
    // One catalog holds for all organizations.
    if (message.type === 'role.catalog.applied') return withoutRight(call, rightsOf(message));
    // Nor do plans belong to one.
    if (message.type === 'plan.published' || message.type === 'plan.catalog.applied')
      return withoutFlag(call, (slug) => plans.after(message, slug));
    if (message.organization !== call.organization) return null;
    if (intents.isTakenBy(message, call)) return accessLost(call);
    switch (message.type) {
      case 'tool.declared': {
        const { name, definition_hash } = message.data as unknown as ToolDeclared;
        const isOther = name === call.tool_name && definition_hash !== call.tool_definition_hash;
        return isOther ? toolChanged(call) : null;
      }
      case 'tool.withdrawn': {
        const { name } = message.data as unknown as ToolWithdrawn;
        return name === call.tool_name ? toolWithdrawn(call) : null;
      }
      case 'agent.disabled':
        return message.data.agent_id === call.agent_id ? agentDisabled(call) : null;
      case 'agent.changed': {
        const agent = message.data as unknown as AgentChanged;
        if (agent.agent_id !== call.agent_id) return null;
        return mayActFor(directory, call.organization, agent, call.user_id)
          ? withoutRight(call, undefined, undefined, agent)
          : mayNotActFor(call);
      }
      case 'user.changed': {
        const { user_id, roles } = message.data as unknown as UserChanged;
        // Roles that can not be read tell nothing: what stands when they are mended decides.
        return user_id === call.user_id && Array.isArray(roles) ? withoutRight(call, undefined, roles) : null;
      }
      case 'user.removed':
        return message.data.user_id === call.user_id ? mayNotActFor(call) : null;
      case 'organization.plan_changed': {
        const { plan } = message.data as unknown as OrganizationPlanChanged;
        return withoutFlag(call, () => plans.entry(plan)?.plan);
      }
      case 'project.registered': {
        // What was in it lay in the workspace `default` until now: roles that are held there do not count any more.
        const isIn = projectOf(directory, call.organization, call.agent_id) === message.data.project_id;
        return isIn ? withoutRight(call) : null;
      }
      default:
        return null;
    }
  };

  /** Whether the plan of the call's organization lacks a feature that the tool requires. */
  function withoutFlag(call: Standing, planOf: (slug: string) => Plan | undefined): Fall | null {
    const { organization, tool_name } = call;
    const required = directory.tool(organization, tool_name)?.data.declaration.required_flags;
    if (!required) return null;
    const plan = planOf(directory.organization(organization)?.plan ?? '');
    const missing = required.find((flag) => plan?.flags[flag] !== true);
    return missing === undefined ? null : flagLost(call, missing);
  }

  /** Judged by what the event says; what it does not say is taken as it is now. */
  function withoutRight(
    call: Standing,
    rights = directory.roleRights(),
    roles = directory.user(call.organization, call.user_id)?.data.roles ?? [],
    agent: Pick<AgentChanged, 'project' | 'bounds'> | undefined = directory.agent(
      call.organization,
      call.agent_id,
    )?.data,
  ): Fall | null {
    const required = directory.tool(call.organization, call.tool_name)?.data.declaration.required_permissions;
    const path =
      agent === undefined
        ? { organization: call.organization, workspace: DEFAULT_WORKSPACE }
        : directory.pathOf(call.organization, agent.project);
    const [missing] = missingFor(rights, agent, { id: call.user_id, roles }, path, required ?? []);
    return missing === undefined ? null : permissionLost(call, missing);
  }
}
