import { concernsInstallation } from '../permission.ts';
import { elements, kindOf } from '../plan/fields.ts';
import { at, type Report } from '../plan/problem.ts';
import { OWN_PERMISSIONS, PERMISSIONS } from './permission-slugs.ts';
import { isReservedRole, RESERVED_ROLES, ROLE_SCOPES, WILDCARD } from './role-catalog.ts';

/** Longest description of a role, in characters. */
export const MAX_ROLE_DESCRIPTION_CHARS = 1_000;
/** Most roles that one scope defines. */
export const MAX_ROLES = 200;

/** How many permissions a remedy names. */
const MAX_SUGGESTIONS = 8;

const ROLE_SLUG = /^[a-z0-9][a-z0-9._-]{0,62}$/;
const KNOWN: ReadonlySet<string> = new Set([...PERMISSIONS, WILDCARD]);

/** Reports a slug that can be no configured role's. Gives the slug, or undefined. */
export function parseRoleSlug(slug: unknown, pointer: string, report: Report): string | undefined {
  if (typeof slug !== 'string' || !ROLE_SLUG.test(slug)) {
    const remedy = 'write a slug: 1 to 63 of a-z, 0-9, ".", "_", "-", a letter or digit first';
    report(pointer, `is ${kindOf(slug)}`, remedy);
    return undefined;
  }
  if (isReservedRole(slug)) {
    report(
      pointer,
      `redefines the reserved role ${slug}`,
      `leave ${RESERVED_ROLES.join(' and ')} as they are`,
    );
    return undefined;
  }
  // The overlay tells a scope from a role by its word.
  if (ROLE_SCOPES.some((scope) => scope === slug)) {
    report(pointer, `is the name of a scope, "${slug}"`, 'give the role another slug');
    return undefined;
  }
  return slug;
}

/** The permissions of a role: known slugs, each once, or `*`. */
export function parsePermissions(value: unknown, pointer: string, report: Report): readonly string[] {
  const list = elements(value, pointer, report) ?? [];
  const permissions = list.flatMap((permission, index) => {
    if (typeof permission === 'string' && concernsInstallation(permission)) {
      report(
        at(pointer, index),
        `is "${permission}", which no role grants`,
        'leave it to the owner of the installation',
      );
      return [];
    }
    if (typeof permission === 'string' && KNOWN.has(permission)) return permission;
    report(at(pointer, index), `is ${kindOf(permission)}`, remedyFor(permission));
    return [];
  });
  return [...new Set(permissions)];
}

/** A description, or undefined where there is none or a wrong one (reported). */
export function parseRoleDescription(
  given: ReadonlyMap<string, unknown>,
  pointer: string,
  report: Report,
): string | undefined {
  if (!given.has('description')) return undefined;
  const description = given.get('description');
  if (typeof description === 'string' && description.length <= MAX_ROLE_DESCRIPTION_CHARS) return description;
  const remedy = `write a text of at most ${MAX_ROLE_DESCRIPTION_CHARS} characters`;
  report(at(pointer, 'description'), `is ${kindOf(description)}`, remedy);
  return undefined;
}

/** What somebody may have meant. */
function remedyFor(permission: unknown): string {
  const words = new Set(
    String(permission)
      .toLowerCase()
      .split(/[^a-z]+/),
  );
  const near = PERMISSIONS.filter((known) => known.split('_').some((word) => words.has(word)));
  const others = near.length > 0 ? near : OWN_PERMISSIONS;
  return `write "*" or a permission, such as ${others.slice(0, MAX_SUGGESTIONS).join(', ')}`;
}
