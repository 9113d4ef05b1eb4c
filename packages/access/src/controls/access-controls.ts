import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { Plan } from '../plan/plan.ts';
import { UNLIMITED, UNLIMITED_SLUG } from '../plan/unlimited.ts';
import { DEFAULT_ROLES } from '../roles/default-roles.ts';
import type { RoleCatalog } from '../roles/role-catalog.ts';

/** Everything that an installation enforces of plans and roles. */
export interface AccessControls {
  /** The effective set by slug: no organization can be on another plan. */
  readonly plans: ReadonlyMap<string, Plan>;
  /** What an organization is on that names none; always in the effective set. */
  readonly defaultPlan: string;
  readonly roles: RoleCatalog;
}

/** The controls of an installation that configures none. */
export const DEFAULT_CONTROLS: AccessControls = {
  plans: new Map([[UNLIMITED_SLUG, UNLIMITED]]),
  defaultPlan: UNLIMITED_SLUG,
  roles: DEFAULT_ROLES,
};

/**
 * `sha256:<hex>` over all that is enforced, limits and permissions included: two processes with the same hash decide alike.
 * Plans count in normal form, sorted by slug, however they were written.
 */
export function controlsHash({ plans, defaultPlan, roles }: AccessControls): string {
  // What is parsed has its members in one order: there may be thousands of plans, and each start hashes them.
  return sha256(
    `${JSON.stringify(sortedBySlug(plans))}${canonicalize({ default_plan: defaultPlan, roles })}`,
  );
}

/** `sha256:<hex>` over a role catalog. */
export function rolesHash(roles: RoleCatalog): string {
  return sha256(canonicalize(roles) ?? '');
}

/** `sha256:<hex>` over plans as they were written and the default one. */
export function writtenPlansHash(plans: ReadonlyMap<string, unknown>, defaultPlan: string): string {
  return sha256(JSON.stringify([defaultPlan, sortedBySlug(plans)]));
}

function sortedBySlug(plans: ReadonlyMap<string, unknown>): readonly (readonly [string, unknown])[] {
  return [...plans].sort(([one], [other]) => (one < other ? -1 : 1));
}

function sha256(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}
