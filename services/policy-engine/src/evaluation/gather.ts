import { candidateAt, rolesAt } from '@countersign/access';
import type { ToolRequested } from '@countersign/contracts';
import {
  type AccessRights,
  type Directory,
  type KillSwitchBoard,
  type KnownPlans,
  mayActFor,
  missingFlags,
  missingFor,
  projectOf,
  rolesActedWith,
  type ToolEntry,
} from '@countersign/directory';
import type { createArgumentChecks } from '@countersign/tool-schema';
import type { ContextFacts } from '../facts/context.ts';
import type { FrozenFacts } from './facts.ts';
import type { Definitions } from './judge.ts';

/** What is gathered for one evaluation: the facts as they are frozen, and the tool's definition then and now. */
export interface Gathered {
  readonly facts: FrozenFacts;
  readonly definitions: Definitions;
}

/** Where facts come from: never from the agent. */
export interface GatherDependencies {
  readonly directory: Directory;
  readonly board: KillSwitchBoard;
  readonly plans: KnownPlans['plans'];
  readonly context: ContextFacts;
  /** What principals may do with work intents. */
  readonly rights: Pick<AccessRights, 'levelOn'>;
  /** The check of a declared tool's arguments, compiled once per definition. */
  readonly argumentsCheck: ReturnType<typeof createArgumentChecks>;
}

/** A user of whom nothing is registered has no role and the defaults of the contract. */
const UNREGISTERED = { roles: [], approval_level: 'production_only', trust_score: 500 } as const;

/**
 * Reads everything that the layers ask, as of `time`, out of this service's own state.
 * @param args the opened arguments; `null` if they have been erased
 * @param approvers users who granted the call; `null` at request
 */
export async function gather(
  deps: GatherDependencies,
  organization: string,
  requested: ToolRequested,
  args: object | null,
  approvers: readonly string[] | null,
  time: string,
): Promise<Gathered> {
  const { directory, board } = deps;
  const rights = directory.roleRights();
  const agent = directory.agent(organization, requested.agent_id);
  const tool = directory.tool(organization, requested.tool_name);
  const user = directory.user(organization, requested.user_id)?.data ?? UNREGISTERED;
  const actedFor = { id: requested.user_id, roles: user.roles };
  const scope = directory.pathOf(organization, projectOf(directory, organization, requested.agent_id));
  const { required_permissions: required = [], required_flags: flags } = tool?.data.declaration ?? {};
  const approvedBy = (id: string) => {
    const assigned = directory.user(organization, id)?.data.roles ?? [];
    const party = { kind: 'user', id } as const;
    const groups = directory.groupsOf(organization, party);
    const { roles, mayApprove } = candidateAt(rights, party, assigned, scope, groups);
    return { id, roles: [...roles].sort(), may_approve: mayApprove, groups };
  };
  const facts: FrozenFacts = {
    schema: 'call/1',
    tool: toolFacts(tool, requested),
    agent: agent ? { id: agent.data.agent_id, owner: agent.data.owner, project: agent.data.project } : null,
    user: {
      id: requested.user_id,
      roles: [...rolesAt(rights, rolesActedWith(rights, agent?.data, actedFor, scope), scope)].sort(),
      approval_level: user.approval_level,
      trust_score: user.trust_score,
    },
    scope,
    call: {
      session_id: requested.session_id,
      intent_id: requested.intent_id,
      confidence: requested.confidence,
    },
    ctx: await deps.context(organization, requested, time),
    checks: {
      kill_switches: board.stops({ organization, ...requested }).map((one) => one.id),
      agent_enabled: agent?.enabled ?? false,
      user_delegated: agent ? mayActFor(directory, organization, agent.data, requested.user_id) : false,
      // Said here, because a schema that asks for nothing would let erased arguments pass.
      arguments_valid:
        tool !== undefined && args !== null && deps.argumentsCheck(definitionOf(tool))(args).length === 0,
      missing_permissions: missingFor(rights, agent?.data, actedFor, scope, required),
      ...(flags && { missing_flags: missingFlags(deps, organization, flags) }),
      ...accessTo(deps.rights, organization, requested, time),
    },
    // Who is no member any more has granted nothing.
    ...(approvers && {
      approved_by: approvers.filter((id) => !directory.wasRemoved(organization, id)).map(approvedBy),
    }),
  };
  const definitions = {
    announced: requested.tool_definition_hash,
    judged: tool?.data.definition_hash ?? null,
  };
  return { facts, definitions };
}

/** What the agent holds on the work intent that the call names: nothing to ask where it names a label of its own. */
function accessTo(
  rights: GatherDependencies['rights'],
  organization: string,
  { agent_id, intent_id }: ToolRequested,
  time: string,
): Pick<FrozenFacts['checks'], 'access'> {
  if (intent_id === null) return {};
  const [intent, agent] = [
    { kind: 'intent', id: intent_id },
    { kind: 'agent', id: agent_id },
  ] as const;
  const level = rights.levelOn(organization, intent, agent, Date.parse(time));
  return level === undefined ? {} : { access: { intent_id, level } };
}

function definitionOf({ message, data }: ToolEntry) {
  return { id: message.subject, hash: data.definition_hash, schema: data.declaration.input_schema };
}

function toolFacts(tool: ToolEntry | undefined, requested: ToolRequested): FrozenFacts['tool'] {
  if (!tool) return null;
  const { action, sensitivity, destructive, requires_approval } = tool.data.declaration;
  return {
    name: tool.data.name,
    action,
    sensitivity,
    destructive,
    requires_approval,
    environment: requested.environment,
    cost_micros: requested.cost_micros,
  };
}
