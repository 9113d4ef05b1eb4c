import { type Flag, includesLevel } from '@countersign/access';
import { missingFor } from './acting.ts';
import type { Directory } from './directory.ts';
import { type IntentStanding, LEVEL_OF_CALLS } from './intent-standing.ts';
import type { KillSwitch, KillSwitchBoard } from './kill-switches.ts';
import type { PlanCatalog } from './plan-catalog.ts';
import { missingFlags } from './plan-flags.ts';

/** Why a call that was or would be allowed may not go on. */
export interface Fall {
  readonly reason: 'killed' | 'tool_changed' | 'tool_withdrawn' | 'agent_disabled' | 'right_revoked';
  readonly layer: 'kill_switch' | 'tool' | 'agent' | 'access' | 'permission' | 'plan';
  readonly message: string;
  readonly killSwitchId: string | null;
}

/** What calls stand on, as the events up to now tell. */
export interface KnownOfCalls {
  readonly directory: Directory;
  readonly board: KillSwitchBoard;
  readonly intents: IntentStanding;
  readonly plans: PlanCatalog;
}

/** What of a call can fall: who acts for whom with which definition of which tool. */
export interface Standing {
  readonly organization: string;
  readonly agent_id: string;
  readonly user_id: string;
  readonly tool_name: string;
  readonly tool_definition_hash: string | null;
  /** The work intent that the call names, or a label that is none. */
  readonly intent_id: string | null;
}

/**
 * Whether a call still stands on what it was decided on, checked from memory at authorization and at redemption:
 * kill switches first. `null` if it stands.
 */
export function createStandingCheck(known: KnownOfCalls): (call: Standing) => Fall | null {
  const { directory, board, intents } = known;
  return (call) => {
    const [stop] = board.stops(call);
    if (stop) return killedBy(stop);
    const tool = directory.tool(call.organization, call.tool_name);
    if (!tool) return toolWithdrawn(call);
    if (tool.data.definition_hash !== call.tool_definition_hash) return toolChanged(call);
    const agent = directory.agent(call.organization, call.agent_id);
    if (!agent?.enabled) return agentDisabled(call);
    if (!mayActFor(directory, call.organization, agent.data, call.user_id)) return mayNotActFor(call);
    const level = intents.levelOf(call);
    if (level !== undefined && !includesLevel(level, LEVEL_OF_CALLS)) return accessLost(call);
    const path = directory.pathOf(call.organization, agent.data.project);
    const roles = directory.user(call.organization, call.user_id)?.data.roles ?? [];
    const { required_permissions, required_flags = [] } = tool.data.declaration;
    const user = { id: call.user_id, roles };
    const [missing] = missingFor(directory.roleRights(), agent.data, user, path, required_permissions);
    if (missing !== undefined) return permissionLost(call, missing);
    const [flag] = missingFlags(known, call.organization, required_flags);
    return flag === undefined ? null : flagLost(call, flag);
  };
}

/** What a kill switch does to a call in its scope. */
export function killedBy({ id, scope, target }: Pick<KillSwitch, 'id' | 'scope' | 'target'>): Fall {
  return fall('killed', 'kill_switch', `kill switch on ${scope}${target === null ? '' : ` ${target}`}`, id);
}

/** For what was allowed while the tool was declared. */
export function toolWithdrawn(call: Standing): Fall {
  return fall('tool_withdrawn', 'tool', `tool ${call.tool_name} is not declared any more`);
}

/** The tool's definition is not the one that was decided on. */
export function toolChanged(call: Standing): Fall {
  return fall('tool_changed', 'tool', `tool ${call.tool_name} was declared anew`);
}

/** For what was allowed while the agent was enabled. */
export function agentDisabled(call: Standing): Fall {
  return fall('agent_disabled', 'agent', `agent ${call.agent_id} is disabled`);
}

/** `acts_for` does not name the user any more, or the user was removed. */
export function mayNotActFor(call: Standing): Fall {
  return fall('right_revoked', 'agent', `agent ${call.agent_id} may not act for ${call.user_id} any more`);
}

/** The agent has less than `LEVEL_OF_CALLS` on the work intent that the call names. */
export function accessLost(call: Standing): Fall {
  return fall(
    'right_revoked',
    'access',
    `agent ${call.agent_id} may not write on work intent ${call.intent_id} any more`,
  );
}

/** A permission that the tool requires, and that the user had by a role. */
export function permissionLost(call: Standing, permission: string): Fall {
  return fall(
    'right_revoked',
    'permission',
    `${call.user_id} has lost ${permission}, which ${call.tool_name} requires`,
  );
}

export function flagLost(call: Standing, flag: Flag): Fall {
  return fall('right_revoked', 'plan', `the plan has no ${flag} any more, which ${call.tool_name} requires`);
}

/**
 * Whether the agent's registration lets it act for the user: its owner, too, only where `acts_for` says so, and
 * for nobody who is no member any more.
 */
export function mayActFor(
  directory: Pick<Directory, 'wasRemoved'>,
  organization: string,
  { acts_for }: { readonly acts_for: 'any' | readonly string[] },
  userId: string,
): boolean {
  if (directory.wasRemoved(organization, userId)) return false;
  return acts_for === 'any' || acts_for.includes(userId);
}

function fall(
  reason: Fall['reason'],
  layer: Fall['layer'],
  message: string,
  killSwitchId: string | null = null,
): Fall {
  return { reason, layer, message, killSwitchId };
}
