/** What a tool does. */
export const ACTIONS = ['read', 'create', 'modify', 'delete', 'execute', 'admin'] as const;
/** One of `ACTIONS`. */
export type Action = (typeof ACTIONS)[number];

/** How much harm a tool can do; ordered from least to most. */
export const SENSITIVITIES = ['low', 'medium', 'high', 'critical'] as const;
/** One of `SENSITIVITIES`. */
export type Sensitivity = (typeof SENSITIVITIES)[number];

/** How often a user wants to be asked about create, modify and delete. */
export const APPROVAL_LEVELS = ['always', 'production_only', 'never'] as const;
/** One of `APPROVAL_LEVELS`. */
export type ApprovalLevel = (typeof APPROVAL_LEVELS)[number];

/** CEL type of a fact. An `int` arrives as a JSON integer. */
export type FactType = 'string' | 'bool' | 'int' | 'double' | 'list<string>';

/** Schema `call/1`: the facts that an expression sees beside `args` (a map of anything) and `vars`. */
export const CALL_1 = {
  tool: {
    name: 'string',
    action: 'string',
    sensitivity: 'string',
    destructive: 'bool',
    requires_approval: 'bool',
    environment: 'string',
    cost_micros: 'int',
  },
  agent: { id: 'string', owner: 'string', project: 'string' },
  user: { id: 'string', roles: 'list<string>', approval_level: 'string', trust_score: 'int' },
  scope: { organization: 'string', workspace: 'string', project: 'string' },
  call: { reason: 'string', session_id: 'string', intent_id: 'string', confidence: 'double' },
  ctx: {
    first_use: 'bool',
    common_tool: 'bool',
    repeated_pattern: 'bool',
    frequency: 'int',
    daily_calls: 'int',
  },
} as const satisfies Record<string, Record<string, FactType>>;

/** The names under which facts are grouped. */
export type FactGroup = keyof typeof CALL_1;
/** All of them, in the order of `CALL_1`. */
export const FACT_GROUPS = Object.keys(CALL_1) as FactGroup[];

/** The members of the facts that are enumerations, by path. `tool.environment` is open: see `environments.ts`. */
export const ENUMERATIONS: ReadonlyMap<string, readonly string[]> = new Map<string, readonly string[]>([
  ['tool.action', ACTIONS],
  ['tool.sensitivity', SENSITIVITIES],
  ['user.approval_level', APPROVAL_LEVELS],
]);

/** The type of one fact, or undefined for a name that call/1 does not have. */
export function factType(group: string, field: string): FactType | undefined {
  const fields: Record<string, Record<string, FactType>> = CALL_1;
  return Object.hasOwn(fields, group) && Object.hasOwn(fields[group]!, field)
    ? fields[group]![field]
    : undefined;
}
