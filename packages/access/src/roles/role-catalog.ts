/** The scopes in which a role is held. */
export const ROLE_SCOPES = ['organization', 'workspace', 'project'] as const;

/** One of `ROLE_SCOPES`. */
export type RoleScope = (typeof ROLE_SCOPES)[number];

/** Everything of its scope: what tools require as well, and never what is the installation owner's. */
export const WILDCARD = '*';

/** A role of one scope. Plain JSON. */
export interface RoleEntry {
  readonly role: string;
  /** For people who choose one. In the clear wherever the catalog is. */
  readonly description?: string;
  /** Permission slugs, or `*`. */
  readonly permissions: readonly string[];
}

/** The roles that there are, by scope: the minima first, then the others in the order they were given. Plain JSON. */
export type RoleCatalog = { readonly [scope in RoleScope]: readonly RoleEntry[] };

/** Roles that every scope always has, and that nobody can redefine. */
export const RESERVED_ROLES = ['owner', 'viewer'] as const;

/** Whether a slug is a minimum's. */
export function isReservedRole(role: string): boolean {
  return RESERVED_ROLES.some((reserved) => reserved === role);
}
