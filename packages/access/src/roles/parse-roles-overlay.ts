import { entriesOf, members } from '../plan/fields.ts';
import { at, type Parsed, parsing, type Report } from '../plan/problem.ts';
import { MAX_ROLES, parsePermissions, parseRoleDescription, parseRoleSlug } from './parse-role.ts';
import { ROLE_SCOPES, type RoleCatalog, type RoleEntry } from './role-catalog.ts';

/** What an overlay says of one role. */
interface RolePatch {
  readonly role: string;
  readonly pointer: string;
  readonly description?: string;
  readonly permissions?: readonly string[];
}

/**
 * A catalog with the roles of workspace and project patched, as `COUNTERSIGN_ACCESS_ROLES_OVERLAY` holds it: by slug, or
 * under `project`. What is given replaces what was there, the whole list of permissions too; a new role is added.
 */
export function applyRolesOverlay(catalog: RoleCatalog, json: unknown): Parsed<RoleCatalog> {
  return parsing((report) => {
    const patches = parsePatches(json, report);
    return {
      organization: catalog.organization,
      workspace: patched(catalog.workspace, patches, 'workspace', report),
      project: patched(catalog.project, patches, 'project', report),
    };
  });
}

function parsePatches(json: unknown, report: Report): readonly RolePatch[] {
  const root = entriesOf(json, '', report);
  if (root === undefined) return [];
  const scopes = ROLE_SCOPES.filter((scope) => root.has(scope));
  for (const scope of scopes) {
    if (scope !== 'project')
      report(at('', scope), 'is not a scope of an overlay', 'use project, or roles by slug');
  }
  if (scopes.length > 0 && scopes.length < root.size) {
    report('', 'mixes scopes and roles', 'write roles by slug alone, or all of them under project');
  }
  if (!root.has('project')) return parseRolePatches(root, '', report);
  const under = entriesOf(root.get('project'), '/project', report);
  return under === undefined ? [] : parseRolePatches(under, '/project', report);
}

function parseRolePatches(
  given: ReadonlyMap<string, unknown>,
  pointer: string,
  report: Report,
): readonly RolePatch[] {
  if (given.size === 0 || given.size > MAX_ROLES) {
    report(pointer, `has ${given.size} roles`, `give 1 to ${MAX_ROLES}, or leave the overlay out`);
  }
  return [...given].flatMap(([slug, value]) => {
    if (ROLE_SCOPES.some((scope) => scope === slug) && pointer === '') return [];
    const place = at(pointer, slug);
    const role = parseRoleSlug(slug, place, report);
    const fields = members(value, place, ['description', 'permissions'], report);
    if (fields === undefined) return [];
    const description = parseRoleDescription(fields, place, report);
    const permissions = fields.has('permissions')
      ? parsePermissions(fields.get('permissions'), at(place, 'permissions'), report)
      : undefined;
    if (role === undefined) return [];
    return [
      {
        role,
        pointer: place,
        ...(description === undefined ? {} : { description }),
        ...(permissions === undefined ? {} : { permissions }),
      },
    ];
  });
}

function patched(
  roles: readonly RoleEntry[],
  patches: readonly RolePatch[],
  scope: 'workspace' | 'project',
  report: Report,
): readonly RoleEntry[] {
  const result = [...roles];
  for (const { pointer, ...patch } of patches) {
    const index = result.findIndex(({ role }) => role === patch.role);
    const known = result[index];
    if (known) result[index] = { ...known, ...patch };
    else if (patch.permissions) result.push({ ...patch, permissions: patch.permissions });
    else
      report(at(pointer, 'permissions'), `is missing, and ${scope} has no such role`, 'a new role needs it');
  }
  return result;
}
