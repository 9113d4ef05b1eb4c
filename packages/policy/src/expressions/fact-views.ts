import type { PartialFacts } from './facts.ts';
import type { CALL_1, FactGroup } from './schema.ts';

/**
 * The groups of call/1 as CEL values. cel-js recognizes a typed object by its class, so each group has one; plain
 * properties, written out, are what it reads fastest. An absent fact is undefined, which makes its reader fail.
 */
type View<Group extends FactGroup> = { readonly [Fact in keyof (typeof CALL_1)[Group]]: unknown };
type Given<Group extends FactGroup> = PartialFacts[Group] & object;

class ToolView implements View<'tool'> {
  readonly name: unknown;
  readonly action: unknown;
  readonly sensitivity: unknown;
  readonly destructive: unknown;
  readonly requires_approval: unknown;
  readonly environment: unknown;
  readonly cost_micros: unknown;

  constructor(tool: Given<'tool'>) {
    this.name = tool.name ?? undefined;
    this.action = tool.action ?? undefined;
    this.sensitivity = tool.sensitivity ?? undefined;
    this.destructive = tool.destructive ?? undefined;
    this.requires_approval = tool.requires_approval ?? undefined;
    this.environment = tool.environment ?? undefined;
    this.cost_micros = int(tool.cost_micros);
  }
}

class AgentView implements View<'agent'> {
  readonly id: unknown;
  readonly owner: unknown;
  readonly project: unknown;

  constructor(agent: Given<'agent'>) {
    this.id = agent.id ?? undefined;
    this.owner = agent.owner ?? undefined;
    this.project = agent.project ?? undefined;
  }
}

class UserView implements View<'user'> {
  readonly id: unknown;
  readonly roles: unknown;
  readonly approval_level: unknown;
  readonly trust_score: unknown;

  constructor(user: Given<'user'>) {
    this.id = user.id ?? undefined;
    this.roles = user.roles ?? undefined;
    this.approval_level = user.approval_level ?? undefined;
    this.trust_score = int(user.trust_score);
  }
}

class ScopeView implements View<'scope'> {
  readonly organization: unknown;
  readonly workspace: unknown;
  readonly project: unknown;

  constructor(scope: Given<'scope'>) {
    this.organization = scope.organization ?? undefined;
    this.workspace = scope.workspace ?? undefined;
    this.project = scope.project ?? undefined;
  }
}

class CallView implements View<'call'> {
  readonly reason: unknown;
  readonly session_id: unknown;
  readonly intent_id: unknown;
  readonly confidence: unknown;

  constructor(call: Given<'call'>) {
    this.reason = call.reason ?? undefined;
    this.session_id = call.session_id ?? undefined;
    this.intent_id = call.intent_id ?? undefined;
    this.confidence = call.confidence ?? undefined;
  }
}

class ContextView implements View<'ctx'> {
  readonly first_use: unknown;
  readonly common_tool: unknown;
  readonly repeated_pattern: unknown;
  readonly frequency: unknown;
  readonly daily_calls: unknown;

  constructor(ctx: Given<'ctx'>) {
    this.first_use = ctx.first_use ?? undefined;
    this.common_tool = ctx.common_tool ?? undefined;
    this.repeated_pattern = ctx.repeated_pattern ?? undefined;
    this.frequency = int(ctx.frequency);
    this.daily_calls = int(ctx.daily_calls);
  }
}

/** CEL's int is a bigint. What is no safe integer stays as it is, and fails the type check of its reader. */
function int(value: number | null | undefined): unknown {
  return Number.isSafeInteger(value) ? BigInt(value as number) : (value ?? undefined);
}

/** The class of each group, as it is registered with cel-js. */
export const FACT_VIEWS = {
  tool: ToolView,
  agent: AgentView,
  user: UserView,
  scope: ScopeView,
  call: CallView,
  ctx: ContextView,
} as const satisfies { readonly [Group in FactGroup]: new (given: Given<Group>) => View<Group> };
