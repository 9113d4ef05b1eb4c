import {
  type AclResource,
  type Granter,
  type Held,
  heldBy,
  includesLevel,
  NOTHING_HELD,
  type Principal,
} from '@countersign/access';
import type { AccessRights, AclBoard, Reviewers } from '@countersign/directory';
import type { Standing } from './decide.ts';
import type { DenyRule } from './deny-rule.ts';

/** Who may decide a request for access, by what this process knows now. */
export interface RequestRights {
  /** What somebody holds on a resource; undefined where there is none. */
  held(resource: AclResource, principal: Principal, atMs: number): Held | undefined;
  /** As what somebody decides about a resource; undefined where there is none, and for who is disabled. */
  standing(resource: AclResource, principal: Principal, atMs: number): Standing | undefined;
  /** What answers requests about a resource, by itself or by whom it lets do so. */
  readonly reviews: Pick<Reviewers, 'reviewOf' | 'reviewFor' | 'setOn'>;
  /** Whether somebody administers the resource, or is an approver of its review. */
  mayDecide(resource: AclResource, principal: Principal, atMs: number): boolean;
  readonly denyRule: DenyRule;
}

/** By access lists and reviews, as they are now. */
export function createRequestRights(deps: {
  readonly lists: Pick<AclBoard, 'get'>;
  readonly rights: AccessRights;
  readonly reviewers: Reviewers;
  readonly denyRule: DenyRule;
  /** Whether somebody administers every list of their organization. */
  readonly administersAll: (principal: Principal) => boolean;
}): RequestRights {
  const { lists, rights, reviewers, denyRule } = deps;

  const granterOf = (resource: AclResource, principal: Principal, atMs: number): Granter | undefined => {
    const { organization, kind, id } = principal;
    const acl = lists.get(organization, resource);
    return acl && rights.granterOf(organization, acl, { kind, id }, atMs, deps.administersAll(principal));
  };

  const held: RequestRights['held'] = (resource, principal, atMs) => {
    const acl = lists.get(principal.organization, resource);
    const granter = granterOf(resource, principal, atMs);
    if (!acl || !granter) return undefined;
    return rights.isDisabled(principal.organization, principal) ? NOTHING_HELD : heldBy(acl, granter, atMs);
  };

  return {
    held,
    standing(resource, principal, atMs) {
      const acl = lists.get(principal.organization, resource);
      const granter = granterOf(resource, principal, atMs);
      if (!acl || !granter || rights.isDisabled(principal.organization, principal)) return undefined;
      const isApprover = reviewers.isApprover(principal.organization, resource, principal, atMs);
      return { acl, granter, isApprover };
    },
    reviews: reviewers,
    mayDecide: (resource, principal, atMs) =>
      !rights.isDisabled(principal.organization, principal) &&
      (includesLevel(held(resource, principal, atMs)?.level ?? null, 'admin') ||
        reviewers.isApprover(principal.organization, resource, principal, atMs)),
    denyRule,
  };
}
