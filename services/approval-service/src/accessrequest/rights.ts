import {
  type AclResource,
  type Granter,
  type Held,
  heldBy,
  includesLevel,
  NOTHING_HELD,
  type Principal,
} from '@countersign/access';
import type { AccessRights, AclBoard, Reviewers, SetReview } from '@countersign/directory';
import type { Standing } from './decide.ts';
import type { DenyRule } from './deny-rule.ts';
import type { Review } from './events.ts';

/** Who may decide a request for access, by what this process knows now. */
export interface RequestRights {
  /** What somebody holds on a resource; undefined where there is none. */
  held(resource: AclResource, principal: Principal, atMs: number): Held | undefined;
  /** As what somebody decides about a resource; undefined where there is none, and for who is disabled. */
  standing(resource: AclResource, principal: Principal, atMs: number): Standing | undefined;
  /** What holds for a resource: set there, at its namespace, or nowhere. */
  reviewOf(organization: string, resource: AclResource): Review;
  /** The same with those of its approvers only who have not been removed since it was set. */
  reviewLeft(organization: string, resource: AclResource): SetReview;
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
      return { acl, granter, isApprover: reviewers.isApprover(principal.organization, resource, principal) };
    },
    reviewOf: (organization, resource) => reviewers.reviewOf(organization, resource).review,
    reviewLeft: reviewers.reviewLeft,
    mayDecide: (resource, principal, atMs) =>
      !rights.isDisabled(principal.organization, principal) &&
      (includesLevel(held(resource, principal, atMs)?.level ?? null, 'admin') ||
        reviewers.isApprover(principal.organization, resource, principal)),
    denyRule,
  };
}
