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
 * `sha256:<hex>` over the RFC 8785 form of all that is enforced, limits and permissions included: two processes with the same
 * hash decide alike. Plans count in normal form, however they were written.
 */
export function controlsHash({ plans, defaultPlan, roles }: AccessControls): string {
  return digestOf({ plans: Object.fromEntries(plans), default_plan: defaultPlan, roles });
}

/** `sha256:<hex>` over the RFC 8785 form of any part of it. */
export function digestOf(json: unknown): string {
  return `sha256:${createHash('sha256')
    .update(canonicalize(json) ?? 'null')
    .digest('hex')}`;
}
