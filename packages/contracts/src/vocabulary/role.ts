import { z } from 'zod';
import { closed } from '../closed.ts';
import { MAX_ROLE_PERMISSIONS, MAX_ROLES_OF_SCOPE } from '../limits.ts';
import { id } from './scalars.ts';
import { descriptionText } from './text.ts';

/** The permissions of a role: slugs of the catalogue, or `*` for everything of its scope. */
const permissions = z.array(z.string().min(1).max(100)).max(MAX_ROLE_PERMISSIONS);

/** A role of one scope: its slug, what it is for, what it grants. Roles are stored in the clear. */
export const roleEntry = closed({ role: id, description: descriptionText.optional(), permissions }).meta({
  id: 'RoleEntry',
});

const scopeRoles = z.array(roleEntry).max(MAX_ROLES_OF_SCOPE);

/** All roles by the scope that they are held in, the minima `owner` and `viewer` first. */
export const roleCatalog = closed({
  organization: scopeRoles,
  workspace: scopeRoles,
  project: scopeRoles,
}).meta({ id: 'RoleCatalog' });

/** Where a catalog comes from: what is built in, the server's settings, their names of another product, or this interface. */
export const controlsSources = ['defaults', 'env', 'aliases', 'api'] as const;
