import { closed } from '../closed.ts';
import { id } from './scalars.ts';

/** One tenancy scope: an organization, a workspace or a project, by id. */
export const scope = closed({ organization: id.optional(), workspace: id.optional(), project: id.optional() })
  .refine(
    (given) => Object.keys(given).length === 1,
    'must name exactly one of organization, workspace, project',
  )
  .meta({ id: 'Scope', minProperties: 1, maxProperties: 1 });

/** Where a policy is in force: every id given must be the call's. Empty is the whole installation. */
export const policyScope = closed({
  organization: id.optional(),
  workspace: id.optional(),
  project: id.optional(),
}).meta({ id: 'PolicyScope' });

/** The whole path of a call: organization, workspace and project. */
export const scopePath = closed({ organization: id, workspace: id, project: id }).meta({ id: 'ScopePath' });

/** A role held in a scope: one that the catalog in force has there. */
export const roleAssignment = closed({ scope, role: id }).meta({ id: 'RoleAssignment' });

/** A role held in a scope, as events say it: the catalog may have lost it since. */
export const recordedRole = closed({ scope, role: id }).meta({ id: 'RecordedRole' });

/** When a user's creating, modifying and deleting calls wait for a human. */
export const approvalLevels = ['always', 'production_only', 'never'] as const;
