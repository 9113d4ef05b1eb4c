import { describe, expect, it } from 'vitest';
import { DEFAULT_ROLES } from './default-roles.ts';
import { OWN_PERMISSIONS, PERMISSIONS } from './permission-slugs.ts';
import { roleRights } from './role-rights.ts';

/** The 64 slugs of Agenta's newest version. */
const NEW =
  words(`view_applications edit_application run_service view_webhooks edit_webhooks view_secret edit_secret
  view_spans edit_spans view_folders edit_folders view_api_keys edit_api_keys view_workspace edit_workspace
  create_workspace delete_workspace modify_user_roles add_new_user_to_workspace edit_organization delete_organization
  add_new_user_to_organization reset_password view_billing edit_billing view_workflows edit_workflows run_workflows
  view_evaluators edit_evaluators view_environments edit_environments deploy_environments view_queries edit_queries
  view_testsets edit_testsets view_annotations edit_annotations view_invocations edit_invocations
  view_evaluation_runs edit_evaluation_runs view_evaluation_scenarios edit_evaluation_scenarios
  view_evaluation_results edit_evaluation_results view_evaluation_metrics edit_evaluation_metrics
  view_evaluation_queues edit_evaluation_queues view_events view_tools edit_tools run_tools view_triggers
  edit_triggers run_triggers view_sessions edit_sessions run_sessions view_mounts edit_mounts use_mounts`);

const NOT_YET =
  words(`view_triggers edit_triggers run_triggers view_sessions edit_sessions run_sessions view_mounts
  edit_mounts use_mounts view_events`);

const NO_MORE = words(`read_system create_app_variant delete_app_variant modify_variant_configurations
  delete_application_variant view_app_environment_deployment edit_app_environment_deployment
  create_app_environment_deployment view_testset edit_testset create_testset delete_testset view_evaluation
  edit_evaluation create_evaluation delete_evaluation run_evaluations deploy_application`);

/** The 72 of the version that the documentation is of. */
const OLD = [...NEW.filter((slug) => !NOT_YET.includes(slug)), ...NO_MORE];

const LADDER = ['viewer', 'annotator', 'editor', 'developer', 'admin'] as const;

/** What each role of the newest version has beyond the one below. */
const MORE: Readonly<Record<string, readonly string[]>> = {
  annotator: words(`edit_annotations edit_evaluation_runs edit_evaluation_scenarios edit_evaluation_results
    edit_evaluation_metrics edit_evaluation_queues edit_spans run_tools run_triggers`),
  editor:
    words(`edit_application edit_webhooks edit_secret edit_folders edit_workflows run_workflows edit_sessions
    run_sessions edit_mounts use_mounts edit_evaluators edit_queries edit_testsets edit_invocations edit_tools
    edit_triggers`),
  developer: words('view_api_keys edit_api_keys deploy_environments edit_environments view_events'),
  admin: words(`edit_workspace create_workspace view_workspace modify_user_roles add_new_user_to_workspace
    reset_password`),
};

function words(text: string): readonly string[] {
  return text.split(/\s+/);
}

const RIGHTS = roleRights(DEFAULT_ROLES);
const granted = (role: string, slugs: readonly string[]) =>
  slugs.filter((slug) => RIGHTS.grants('project', role, slug));

describe('the permissions of Agenta', () => {
  it('of both of its versions are here, with our own and no others', () => {
    expect([NEW.length, OLD.length]).toEqual([64, 72]);
    expect(new Set(PERMISSIONS)).toEqual(new Set([...NEW, ...OLD, ...OWN_PERMISSIONS]));
  });

  it('are on the default roles what they are there, in either version', () => {
    expect(LADDER.map((role) => granted(role, NEW).length)).toEqual([23, 32, 48, 53, 59]);
    expect(LADDER.map((role) => granted(role, OLD).length)).toEqual([24, 35, 54, 61, 67]);
    for (const [index, role] of LADDER.entries()) {
      const below = LADDER[index - 1];
      if (below === undefined) continue;
      const before = granted(below, NEW);
      expect(
        granted(role, NEW)
          .filter((slug) => !before.includes(slug))
          .sort(),
      ).toEqual([...(MORE[role] ?? [])].sort());
    }
  });

  it('keep the secrets and the running of services with who only reads', () => {
    expect(granted('viewer', ['view_secret', 'run_service'])).toEqual(['view_secret', 'run_service']);
  });

  it('leave to owners what concerns the organization and its bills', () => {
    const owners = words(`delete_workspace edit_organization delete_organization add_new_user_to_organization
      edit_billing`);
    expect(granted('admin', owners)).toEqual([]);
    expect(granted('owner', owners)).toEqual(owners);
  });
});
