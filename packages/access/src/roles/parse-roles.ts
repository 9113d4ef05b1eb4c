import { elements, entriesOf, members } from '../plan/fields.ts';
import { at, type Parsed, parsing, type Report } from '../plan/problem.ts';
import { rolesOfScope } from './default-roles.ts';
import { MAX_ROLES, parsePermissions, parseRoleDescription, parseRoleSlug } from './parse-role.ts';
import { ROLE_SCOPES, type RoleCatalog, type RoleEntry } from './role-catalog.ts';

/**
 * The catalog with other roles in the scopes that are named, as `COUNTERSIGN_ACCESS_ROLES` holds it: the minima and what
 * is given, nothing of the default. A scope that is not named keeps its default roles.
 */
export function parseRoles(json: unknown): Parsed<RoleCatalog> {
  return parsing((report) => {
    const given = entriesOf(json, '', report);
    if (given?.size === 0) report('', 'names no scope', `give roles for one of: ${ROLE_SCOPES.join(', ')}`);
    for (const scope of given?.keys() ?? []) {
      if (!ROLE_SCOPES.some((known) => known === scope)) {
        report(at('', scope), 'is not a scope', `use one of: ${ROLE_SCOPES.join(', ')}`);
      }
    }
    const rolesOf = (scope: (typeof ROLE_SCOPES)[number]) =>
      rolesOfScope(
        scope,
        given?.has(scope) ? parseScope(given.get(scope), at('', scope), report) : undefined,
      );
    return {
      organization: rolesOf('organization'),
      workspace: rolesOf('workspace'),
      project: rolesOf('project'),
    };
  });
}

function parseScope(value: unknown, pointer: string, report: Report): readonly RoleEntry[] {
  const list = elements(value, pointer, report);
  if (list !== undefined && (list.length === 0 || list.length > MAX_ROLES)) {
    report(pointer, `has ${list.length} roles`, `list 1 to ${MAX_ROLES}, or leave the scope out`);
  }
  const seen = new Set<string>();
  return (list ?? []).flatMap((entry, index) => {
    const place = at(pointer, index);
    const given = members(entry, place, ['role', 'description', 'permissions'], report);
    if (given === undefined) return [];
    for (const field of ['role', 'permissions']) {
      if (!given.has(field)) report(at(place, field), 'is missing', 'every role needs it');
    }
    const role = given.has('role') ? parseRoleSlug(given.get('role'), at(place, 'role'), report) : undefined;
    const description = parseRoleDescription(given, place, report);
    const permissions = given.has('permissions')
      ? parsePermissions(given.get('permissions'), at(place, 'permissions'), report)
      : [];
    if (role === undefined) return [];
    if (seen.has(role)) report(at(place, 'role'), `repeats the role ${role}`, 'merge the two');
    seen.add(role);
    return [{ role, ...(description === undefined ? {} : { description }), permissions }];
  });
}
