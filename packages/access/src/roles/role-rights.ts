import { concernsInstallation } from '../permission.ts';
import { ROLE_SCOPES, type RoleCatalog, type RoleScope, WILDCARD } from './role-catalog.ts';

/** A role catalog as it is asked: what somebody may who holds a role. */
export interface RoleRights {
  readonly catalog: RoleCatalog;
  /** Whether there is such a role in a scope. A role that is held and gone grants nothing. */
  has(scope: RoleScope, role: string): boolean;
  /** Whether a role that is held in a scope of this kind grants a permission: one of Countersign's, or one that a tool requires. */
  grants(scope: RoleScope, role: string, permission: string): boolean;
  /** What a role grants that is held in a scope of this kind, `*` for everything; nothing for one that there is not. */
  grantedBy(scope: RoleScope, role: string): ReadonlySet<string>;
}

const NOTHING: ReadonlySet<string> = new Set();

/** Makes a catalog askable: one lookup a question, however large it is. */
export function roleRights(catalog: RoleCatalog): RoleRights {
  const roles = new Map<string, ReadonlySet<string>>();
  for (const scope of ROLE_SCOPES) {
    for (const { role, permissions } of catalog[scope]) roles.set(`${scope}:${role}`, new Set(permissions));
  }
  return {
    catalog,
    has: (scope, role) => roles.has(`${scope}:${role}`),
    grantedBy: (scope, role) => roles.get(`${scope}:${role}`) ?? NOTHING,
    grants(scope, role, permission) {
      if (concernsInstallation(permission)) return false;
      const granted = roles.get(`${scope}:${role}`);
      return granted !== undefined && (granted.has(permission) || granted.has(WILDCARD));
    },
  };
}
