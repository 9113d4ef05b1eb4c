/**
 * Every permission that a role may name: Countersign's own, then those of the seed, of both its versions. A slug is spelt
 * as it is spelt there, irregular ones included; any other is an error.
 */

/** What Countersign's own routes ask for. */
export const OWN_PERMISSIONS = [
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

/** What concerns more than one organization: the installation owner's, whatever a role names. */
export const INSTALLATION_PERMISSIONS = [
  'manage_plans',
  'manage_organizations',
  'operate_installation',
] as const satisfies readonly (typeof OWN_PERMISSIONS)[number][];

/** What a viewer of a workspace or project may do. */
export const VIEWER_PERMISSIONS = [
  'read_system',
  'view_applications',
  'view_app_environment_deployment',
  'run_service',
  'view_webhooks',
  'view_secret',
  'view_spans',
  'view_folders',
  'view_billing',
  'view_workflows',
  'view_evaluators',
  'view_environments',
  'view_queries',
  'view_testset',
  'view_testsets',
  'view_annotations',
  'view_invocations',
  'view_evaluation',
  'view_evaluation_runs',
  'view_evaluation_scenarios',
  'view_evaluation_results',
  'view_evaluation_metrics',
  'view_evaluation_queues',
  'view_tools',
  'view_triggers',
  'view_sessions',
  'view_mounts',
] as const;

/** What an annotator may do beside what a viewer may. */
export const ANNOTATOR_PERMISSIONS = [
  'edit_annotations',
  'edit_evaluation',
  'create_evaluation',
  'run_evaluations',
  'edit_evaluation_runs',
  'edit_evaluation_scenarios',
  'edit_evaluation_results',
  'edit_evaluation_metrics',
  'edit_evaluation_queues',
  'edit_spans',
  'run_tools',
  'run_triggers',
] as const;

/** What an editor may do beside what an annotator may. */
export const EDITOR_PERMISSIONS = [
  'edit_application',
  'create_app_variant',
  'delete_app_variant',
  'modify_variant_configurations',
  'delete_application_variant',
  'edit_webhooks',
  'edit_secret',
  'edit_folders',
  'edit_workflows',
  'run_workflows',
  'edit_sessions',
  'run_sessions',
  'edit_mounts',
  'use_mounts',
  'edit_evaluators',
  'delete_evaluation',
  'edit_queries',
  'edit_testset',
  'create_testset',
  'delete_testset',
  'edit_testsets',
  'edit_invocations',
  'edit_tools',
  'edit_triggers',
] as const;

/** What a developer may do beside what an editor may. */
export const DEVELOPER_PERMISSIONS = [
  'view_api_keys',
  'edit_api_keys',
  'deploy_application',
  'edit_app_environment_deployment',
  'create_app_environment_deployment',
  'deploy_environments',
  'edit_environments',
  'view_events',
] as const;

/** What an admin may do beside what a developer may. */
export const ADMIN_PERMISSIONS = [
  'view_workspace',
  'edit_workspace',
  'create_workspace',
  'modify_user_roles',
  'add_new_user_to_workspace',
  'reset_password',
] as const;

/** What only an owner may. */
export const OWNER_PERMISSIONS = [
  'delete_workspace',
  'edit_organization',
  'delete_organization',
  'add_new_user_to_organization',
  'edit_billing',
] as const;

/** Every permission slug there is. */
export const PERMISSIONS: readonly string[] = [
  ...OWN_PERMISSIONS,
  ...VIEWER_PERMISSIONS,
  ...ANNOTATOR_PERMISSIONS,
  ...EDITOR_PERMISSIONS,
  ...DEVELOPER_PERMISSIONS,
  ...ADMIN_PERMISSIONS,
  ...OWNER_PERMISSIONS,
];
