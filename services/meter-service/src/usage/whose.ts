import type { Principal, ScopeKind } from '@countersign/access';
import { type Problem, problem } from '@countersign/contracts';
import type { Directory } from '@countersign/directory';
import { type Scopes, scopePath } from '@countersign/metering';
import { quotasOf } from '../admission/named.ts';
import type { PlanInForce } from '../meter/plan-in-force.ts';

/** Whose quota something concerns, as its caller says. */
export interface Whose {
  readonly user?: string | undefined;
  readonly project?: string | undefined;
}

/**
 * The scopes of a report or a question, or why the caller may not speak for them. For a directory that knows what was
 * registered up to now: an agent that it does not know is let speak for nobody.
 */
export function scopesFor(
  { kind, id, organization }: Principal,
  whose: Whose,
  directory: Pick<Directory, 'agent' | 'pathOf'>,
): Scopes | Problem {
  const agent = kind === 'agent' ? directory.agent(organization, id)?.data : undefined;
  if (kind === 'agent') {
    if (!agent) return problem('unavailable', 'the agent of this key is not known here yet');
    if (whose.user !== undefined && whose.user !== agent.owner)
      return problem('forbidden', `an agent speaks for its owner alone, which is ${agent.owner}`);
    if (whose.project !== undefined && whose.project !== agent.project)
      return problem('forbidden', `an agent speaks for its project alone, which is ${agent.project}`);
  }
  const project = whose.project ?? agent?.project;
  const user = whose.user ?? (kind === 'user' ? id : agent?.owner);
  return {
    ...(project === undefined ? { organization } : directory.pathOf(organization, project)),
    ...(user === undefined ? {} : { user }),
  };
}

/** Whether a question is about usage that is not the caller's own, nor that of all the organization. */
export function concernsOthers({ kind, id }: Principal, { user, project }: Whose): boolean {
  if (kind === 'agent') return false;
  return project !== undefined || (user !== undefined && !(kind === 'user' && user === id));
}

/** What has to be named for a limit by a scope. */
const NAMED_BY: Readonly<Record<ScopeKind, readonly (keyof Whose)[]>> = {
  organization: [],
  workspace: ['project'],
  project: ['project'],
  user: ['user'],
  project_user: ['user', 'project'],
};

/** A limit by user or project can't be kept where nobody says whose usage it is. */
export function missingScope(plan: PlanInForce | null, key: string, scopes: Scopes): Problem | null {
  const limits = plan === null ? [] : quotasOf(plan.entry, key).filter(({ limit }) => limit !== null);
  const missing = new Map<keyof Whose, ScopeKind>();
  for (const { scope } of limits) {
    if (scopePath(scope, scopes) !== null) continue;
    for (const field of NAMED_BY[scope]) if (scopes[field] === undefined) missing.set(field, scope);
  }
  if (missing.size === 0) return null;
  const errors = [...missing].map(([field, scope]) => ({
    pointer: `/${field}`,
    detail: `is missing: the plan limits ${key} by ${scope}; say whose usage it is`,
  }));
  return problem('invalid_request', `the plan limits ${key} by more than the organization`, { errors });
}
