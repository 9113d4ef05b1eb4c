/**
 * What a role may grant. The first eight are named by the contract's roles; the rest belong to `owner` alone, and
 * `manage_plans`, `manage_organizations` and `operate_installation` to the installation's owner.
 */
export const permissions = [
  'read',
  'call_tools',
  'manage_agents',
  'manage_tools',
  'publish_policies',
  'approve_tool_calls',
  'engage_kill_switch',
  'read_audit',
  'manage_users',
  'manage_keys',
  'manage_workspaces',
  'manage_intents',
  'manage_plans',
  'manage_organizations',
  'operate_installation',
] as const;

/** One permission of Countersign's own; tools may require others, which their own systems define. */
export type Permission = (typeof permissions)[number];
