import { z } from 'zod';
import { closed } from '../closed.ts';
import type { Immutable } from '../immutable.ts';
import { MAX_ROLES_OF_SCOPE } from '../limits.ts';
import { planEntry } from '../vocabulary/plan.ts';
import { controlsSources, roleCatalog, roleEntry } from '../vocabulary/role.ts';
import { id, policyDigest, position } from '../vocabulary/scalars.ts';
import { defineRoute } from './route.ts';

const source = z.enum(controlsSources);

/** Everything that is enforced of plans and roles, at one place of the ledger. */
export const accessControls = z
  .object({
    position,
    hash: policyDigest,
    sources: z.object({ plans: source, roles: source }),
    default_plan: id,
    plans: z.record(id, planEntry),
    roles: roleCatalog,
  })
  .meta({ id: 'AccessControls' });

/** All roles in force. */
export const roleCatalogView = z
  .object({ source, hash: policyDigest, roles: roleCatalog })
  .meta({ id: 'RoleCatalogView' });

const given = z.array(roleEntry).min(1).max(MAX_ROLES_OF_SCOPE);

/** The roles of the scopes that are named, beside the minima `owner` and `viewer`; the other scopes have their default roles. */
export const roleCatalogRequest = closed({
  organization: given.optional(),
  workspace: given.optional(),
  project: given.optional(),
})
  .refine(
    (roles) => Object.keys(roles).length > 0,
    'must name at least one of organization, workspace, project',
  )
  .meta({ id: 'RoleCatalogRequest', minProperties: 1 });

/** With `at`, for auditors: what was enforced when something was decided. */
export const getAccessControls = defineRoute({
  operationId: 'getAccessControls',
  method: 'GET',
  path: '/v1/access/controls',
  service: 'gateway',
  summary: 'Read the plans and roles that are enforced',
  description:
    'Plans in normal form. `hash` covers everything that is enforced: it is the same where the same is. `at` asks for what was in force at a position of the ledger.',
  permission: 'read',
  query: closed({ at: position.optional() }),
  responses: { 200: accessControls },
  problems: [],
});

/** The roles that can be given to users. */
export const getRoles = defineRoute({
  operationId: 'getRoles',
  method: 'GET',
  path: '/v1/access/roles',
  service: 'gateway',
  summary: 'Read the roles in force',
  permission: 'read',
  responses: { 200: roleCatalogView },
  problems: [],
});

/** All roles of the scopes that are named, at once, so that none is left over by mistake. */
export const putRoles = defineRoute({
  operationId: 'putRoles',
  method: 'PUT',
  path: '/v1/access/roles',
  service: 'gateway',
  summary: 'Publish the roles of all organizations',
  description:
    "For the installation's owner. It holds from the next decision: who has lost a right loses the permits and approvals that rest on it. A role that is held and not among them grants nothing. A start with roles in its settings replaces what was published. Roles are stored in the clear.",
  permission: 'operate_installation',
  flag: 'rbac',
  body: roleCatalogRequest,
  responses: { 200: roleCatalogView },
  problems: ['version_conflict'],
});

/** Everything that is enforced of plans and roles, at one place of the ledger. */
export type AccessControlsView = Immutable<z.output<typeof accessControls>>;
/** All roles in force. */
export type RoleCatalogView = Immutable<z.output<typeof roleCatalogView>>;
