import { applyPlanOverlay } from '../plan/apply-overlay.ts';
import { parsePlanCatalog } from '../plan/parse-plan.ts';
import type { Plan } from '../plan/plan.ts';
import type { Parsed, PlanProblem } from '../plan/problem.ts';
import { UNLIMITED, UNLIMITED_SLUG } from '../plan/unlimited.ts';
import { DEFAULT_ROLES } from '../roles/default-roles.ts';
import { parseRoles } from '../roles/parse-roles.ts';
import { applyRolesOverlay } from '../roles/parse-roles-overlay.ts';
import type { AccessControls } from './access-controls.ts';

/** What an operator configures, as decoded JSON; what is absent is not configured. */
export interface ControlsGiven {
  readonly plans?: unknown;
  readonly roles?: unknown;
  readonly rolesOverlay?: unknown;
  readonly defaultPlan?: string;
  readonly defaultPlanOverlay?: unknown;
}

/** One thing that is wrong, and which of what was given says it. */
export interface ControlsProblem extends PlanProblem {
  readonly given: keyof ControlsGiven;
}

/** What is to be enforced, or everything that is wrong with what was given. */
export type ReadControls =
  | { readonly ok: true; readonly controls: AccessControls }
  | { readonly ok: false; readonly problems: readonly ControlsProblem[] };

/** The default plan where none is named and the effective set has it. */
const SELF_HOSTED = 'self_hosted_enterprise';

/** Reads all of it and puts it together; everything that is wrong comes at once. */
export function readControls(given: ControlsGiven): ReadControls {
  const problems: ControlsProblem[] = [];
  const took = <Value>(from: keyof ControlsGiven, parsed: Parsed<Value>): Value | undefined => {
    if (parsed.ok) return parsed.value;
    problems.push(...parsed.problems.map((problem) => ({ ...problem, given: from })));
    return undefined;
  };

  const configured = given.plans === undefined ? undefined : took('plans', parsePlanCatalog(given.plans));
  const known = given.plans === undefined || configured !== undefined;
  const { plans, defaultPlan } = effectivePlans(configured, given.defaultPlan);
  const base = plans.get(defaultPlan);
  if (base === undefined && known) problems.push(noSuchPlan(defaultPlan, [...plans.keys()]));
  if (given.defaultPlanOverlay !== undefined) {
    // Where there is no such plan, the overlay's own mistakes are told all the same.
    const patched = took('defaultPlanOverlay', applyPlanOverlay(base ?? UNLIMITED, given.defaultPlanOverlay));
    if (patched) plans.set(defaultPlan, patched);
  }

  const catalog = given.roles === undefined ? DEFAULT_ROLES : took('roles', parseRoles(given.roles));
  const roles =
    given.rolesOverlay === undefined
      ? catalog
      : took('rolesOverlay', applyRolesOverlay(catalog ?? DEFAULT_ROLES, given.rolesOverlay));

  if (problems.length > 0 || roles === undefined) return { ok: false, problems };
  return { ok: true, controls: { plans, defaultPlan, roles } };
}

/** The plans that are in force, and the one of organizations that name none. The built-in one only where it is the default. */
function effectivePlans(
  configured: ReadonlyMap<string, Plan> | undefined,
  named: string | undefined,
): { readonly plans: Map<string, Plan>; readonly defaultPlan: string } {
  const plans = new Map(configured);
  const defaultPlan = named ?? (plans.has(SELF_HOSTED) ? SELF_HOSTED : UNLIMITED_SLUG);
  if (defaultPlan === UNLIMITED_SLUG && !plans.has(UNLIMITED_SLUG)) plans.set(UNLIMITED_SLUG, UNLIMITED);
  return { plans, defaultPlan };
}

function noSuchPlan(slug: string, plans: readonly string[]): ControlsProblem {
  const known = [...plans, UNLIMITED_SLUG].slice(0, MAX_NAMED_PLANS).join(', ');
  const remedy = `name one of the effective plans, such as ${known}`;
  return {
    given: 'defaultPlan',
    pointer: '',
    problem: `${JSON.stringify(slug)} is not in the effective set of plans`,
    remedy,
  };
}

/** How many plans a remedy names. */
const MAX_NAMED_PLANS = 10;
