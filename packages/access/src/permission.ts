/** What Countersign itself asks for. Tools may require others, which their own systems define. */
export type Permission =
  | 'read'
  | 'call_tools'
  | 'manage_agents'
  | 'manage_tools'
  | 'publish_policies'
  | 'approve_tool_calls'
  | 'engage_kill_switch'
  | 'read_audit'
  | 'manage_users'
  | 'manage_keys'
  | 'manage_workspaces'
  | 'manage_intents'
  | InstallationPermission;

/** What concerns more than one organization: the installation owner's, whatever roles others hold. */
export type InstallationPermission = 'manage_plans' | 'manage_organizations' | 'operate_installation';

const INSTALLATION: ReadonlySet<string> = new Set<InstallationPermission>([
  'manage_plans',
  'manage_organizations',
  'operate_installation',
]);

/** Whether a permission is the installation owner's alone. */
export function concernsInstallation(permission: string): boolean {
  return INSTALLATION.has(permission);
}
