import { describe, expect, it } from 'vitest';
import { roleRights } from '../roles/role-rights.ts';
import { type AccessControls, DEFAULT_CONTROLS } from './access-controls.ts';
import { type ControlsGiven, readControls } from './read-controls.ts';

/** The worked examples of the seed as they stand there, with what each must do. */

const SELF_HOSTED = JSON.parse(`{
"self_hosted_enterprise": {
"description": "Self-hosted enterprise — full access, no quotas.",
"flags": {
"rbac": true,
"access": true,
"domains": true,
"sso": true
},
"counters": {
"evaluations_run": {"strict": true, "period": "monthly"},
"traces_ingested": {"period": "monthly"},
"traces_retrieved": {"strict": true, "scope": "user", "period": "daily"},
"credits_consumed": {"strict": true, "period": "monthly"},
"events_ingested": {"period": "monthly"}
},
"gauges": {
"users": {"strict": true}
}
}
}`);

const TRACES_PER_USER = JSON.parse(
  '{"counters": {"traces_retrieved": {"limit": 1000, "strict": true, "period": "daily", "scope": "user"}}}',
);
const SEATS = JSON.parse('{"gauges": {"users": {"limit": 50, "strict": true}}}');
const RETENTION = JSON.parse('{"counters": {"traces_ingested": {"retention": 44640}}}');
const RATE = JSON.parse('{"throttles": {"standard": {"bucket": {"rate": 7200}}}}');
const BOTH = JSON.parse(
  '{"counters": {"traces_ingested": {"retention": 44640}}, "throttles": {"standard": {"bucket": {"rate": 7200}}}}',
);

const PROJECT_ROLES = JSON.parse(`{
"project": [
{
"role": "admin",
"description": "Full management of project members and configuration.",
"permissions": ["*"]
},
{
"role": "developer",
"description": "Standard contributor.",
"permissions": ["read_system", "edit_evaluation", "view_evaluation", "edit_testset", "view_testset"]
},
{
"role": "editor",
"description": "Edit-level contributor.",
"permissions": ["read_system", "view_evaluation", "view_testset"]
},
{
"role": "annotator",
"description": "Annotates traces for evaluation.",
"permissions": ["read_system", "view_spans", "edit_annotations"]
},
{
"role": "reviewer",
"description": "Can inspect runs and annotate traces.",
"permissions": ["read_system", "view_evaluation_runs", "edit_annotations"]
}
]
}`);
const REVIEWER = JSON.parse(`{
"reviewer": {
"description": "Can inspect runs and annotate traces.",
"permissions": ["read_system", "view_evaluation_runs", "edit_annotations"]
}
}`);
const EDITOR = JSON.parse(
  '{"editor": {"permissions": ["edit_annotations", "view_evaluation_runs", "read_system", "view_spans"]}}',
);
const AUDITOR = JSON.parse(
  '{"auditor": {"description": "Audit-only access.", "permissions": ["read_system"]}}',
);
const ANNOTATOR = JSON.parse('{"annotator": {"description": "Annotates traces for evaluation."}}');

function controlsOf(given: ControlsGiven): AccessControls {
  const read = readControls(given);
  if (read.ok) return read.controls;
  throw new Error(JSON.stringify(read.problems));
}

/** The plan of organizations that name none. */
function defaultPlanOf(given: ControlsGiven) {
  const { plans, defaultPlan } = controlsOf(given);
  const plan = plans.get(defaultPlan);
  if (!plan) throw new Error(`there is no plan ${defaultPlan}`);
  return plan;
}

const quota = {
  free: null,
  limit: null,
  strict: false,
  retention: null,
  scope: 'organization',
  period: null,
};
const role = ({ roles }: AccessControls, scope: 'workspace' | 'project', slug: string) =>
  roles[scope].find((entry) => entry.role === slug);
const rolesOf = ({ roles }: AccessControls, scope: 'organization' | 'workspace' | 'project') =>
  roles[scope].map((entry) => entry.role);

describe('self_hosted_enterprise', () => {
  it('is the default plan, counts everything and limits nothing', () => {
    const plan = defaultPlanOf({ plans: SELF_HOSTED });
    expect(plan).toEqual({
      description: 'Self-hosted enterprise — full access, no quotas.',
      flags: { rbac: true, access: true, domains: true, sso: true },
      counters: {
        evaluations_run: [{ ...quota, strict: true, period: 'monthly' }],
        traces_ingested: [{ ...quota, period: 'monthly' }],
        traces_retrieved: [{ ...quota, strict: true, scope: 'user', period: 'daily' }],
        credits_consumed: [{ ...quota, strict: true, period: 'monthly' }],
        events_ingested: [{ ...quota, period: 'monthly' }],
      },
      gauges: { users: [{ ...quota, strict: true }] },
      throttles: [],
    });
  });
});

describe.each([
  ['on the built-in plan', {}],
  ['on self_hosted_enterprise', { plans: SELF_HOSTED }],
])('overlays of the default plan, %s', (_name, given) => {
  it('cap each user at 1,000 trace retrievals a day', () => {
    const plan = defaultPlanOf({ ...given, defaultPlanOverlay: TRACES_PER_USER });
    expect(plan.counters.traces_retrieved).toEqual([
      { ...quota, limit: 1000, strict: true, scope: 'user', period: 'daily' },
    ]);
    expect({ ...plan.counters, traces_retrieved: null }).toEqual({
      ...defaultPlanOf(given).counters,
      traces_retrieved: null,
    });
  });

  it('cap seats at 50', () => {
    const plan = defaultPlanOf({ ...given, defaultPlanOverlay: SEATS });
    expect(plan.gauges.users).toEqual([{ ...quota, limit: 50, strict: true }]);
  });

  it('set the retention of traces to a month, and leave that of events', () => {
    const { counters } = defaultPlanOf({ ...given, defaultPlanOverlay: RETENTION });
    expect(counters.traces_ingested).toEqual([{ ...quota, period: 'monthly', retention: 44_640 }]);
    expect(counters.events_ingested).toEqual([{ ...quota, period: 'monthly' }]);
  });
});

describe('overlays of throttles', () => {
  it('raise the rate without touching the capacity', () => {
    const throttles = [{ mode: 'include', categories: ['standard'], bucket: { capacity: 480, rate: 480 } }];
    const plans = { self_hosted_enterprise: { ...SELF_HOSTED.self_hosted_enterprise, throttles } };
    for (const defaultPlanOverlay of [RATE, BOTH]) {
      const plan = defaultPlanOf({ plans, defaultPlanOverlay });
      expect(plan.throttles[0]?.bucket).toEqual({ capacity: 480, rate: 7200, algorithm: null });
    }
  });

  it('apply to the built-in plan', () => {
    for (const defaultPlanOverlay of [RATE, BOTH]) {
      const [standard] = defaultPlanOf({ defaultPlanOverlay }).throttles;
      expect(standard).toMatchObject({ categories: ['standard'], bucket: { capacity: null, rate: 7200 } });
    }
  });

  it('fail where the plan has no throttle of the category', () => {
    const defaultPlanOverlay = { throttles: { ai_services: { bucket: { rate: 1 } } } };
    expect(readControls({ plans: SELF_HOSTED, defaultPlanOverlay })).toMatchObject({
      ok: false,
      problems: [{ given: 'defaultPlanOverlay', pointer: '/throttles/ai_services' }],
    });
  });
});

describe('roles', () => {
  it('of a project are replaced, and workspace and organization left alone', () => {
    const controls = controlsOf({ roles: PROJECT_ROLES });
    const given = ['admin', 'developer', 'editor', 'annotator', 'reviewer'];
    expect(rolesOf(controls, 'project')).toEqual(['owner', 'viewer', ...given]);
    expect(controls.roles.workspace).toEqual(DEFAULT_CONTROLS.roles.workspace);
    expect(controls.roles.organization).toEqual(DEFAULT_CONTROLS.roles.organization);
    expect(role(controls, 'project', 'editor')?.permissions).toEqual([
      'read_system',
      'view_evaluation',
      'view_testset',
    ]);
    const rights = roleRights(controls.roles);
    expect(rights.grants('project', 'admin', 'delete_workspace')).toBe(true);
    expect(rights.grants('project', 'operator', 'read')).toBe(false);
  });

  it('get one more, after the default ones', () => {
    const controls = controlsOf({ rolesOverlay: REVIEWER });
    for (const scope of ['workspace', 'project'] as const) {
      expect(rolesOf(controls, scope)).toEqual([...rolesOf(DEFAULT_CONTROLS, scope), 'reviewer']);
      expect(role(controls, scope, 'reviewer')).toEqual({ role: 'reviewer', ...REVIEWER.reviewer });
    }
    expect(rolesOf(controls, 'organization')).toEqual(rolesOf(DEFAULT_CONTROLS, 'organization'));
  });

  it('get another list of permissions, whole', () => {
    const controls = controlsOf({ rolesOverlay: EDITOR });
    expect(role(controls, 'project', 'editor')).toEqual({
      ...role(DEFAULT_CONTROLS, 'project', 'editor'),
      permissions: EDITOR.editor.permissions,
    });
  });

  it('get an auditor', () => {
    const controls = controlsOf({ rolesOverlay: AUDITOR });
    expect(role(controls, 'project', 'auditor')).toEqual({ role: 'auditor', ...AUDITOR.auditor });
  });

  it('get another description and keep their permissions', () => {
    expect(role(controlsOf({ rolesOverlay: ANNOTATOR }), 'project', 'annotator')).toEqual({
      ...role(DEFAULT_CONTROLS, 'project', 'annotator'),
      description: 'Annotates traces for evaluation.',
    });
  });
});

describe('what the seed says must fail at the start', () => {
  it.each<[string, ControlsGiven]>([
    ['an unknown flag', { plans: { p: { flags: { unknown: true } } } }],
    ['an unknown counter', { plans: { p: { counters: { unknown: {} } } } }],
    ['an unknown gauge', { plans: { p: { gauges: { unknown: {} } } } }],
    ['an empty object of plans', { plans: {} }],
    ['a plan with neither entitlements nor description', { plans: { p: {} } }],
    ['owner redefined', { roles: { project: [{ role: 'owner', permissions: [] }] } }],
    ['viewer redefined', { roles: { organization: [{ role: 'viewer', permissions: [] }] } }],
    ['an empty scope list', { roles: { project: [] } }],
    [
      'a duplicate slug within a scope',
      { roles: { project: [1, 2].map(() => ({ role: 'x', permissions: [] })) } },
    ],
    ['an unknown scope', { roles: { team: [{ role: 'x', permissions: [] }] } }],
    ['an unknown permission', { roles: { project: [{ role: 'x', permissions: ['unknown'] }] } }],
    ['an empty overlay of roles', { rolesOverlay: {} }],
    ['owner patched', { rolesOverlay: { owner: { description: 'x' } } }],
    ['viewer patched', { rolesOverlay: { viewer: { description: 'x' } } }],
    ['an unknown permission in the overlay', { rolesOverlay: { editor: { permissions: ['unknown'] } } }],
    ['a new role without permissions', { rolesOverlay: { auditor: { description: 'x' } } }],
    ['extra fields on a patch', { rolesOverlay: { editor: { scope: 'project' } } }],
    ['an empty overlay of the default plan', { defaultPlanOverlay: {} }],
    ['an unknown slug in the overlay', { defaultPlanOverlay: { counters: { unknown: {} } } }],
    ['a default plan outside the effective set', { defaultPlan: 'pro', defaultPlanOverlay: SEATS }],
  ])('%s', (_name, given) => {
    expect(readControls(given)).toMatchObject({ ok: false });
  });
});
