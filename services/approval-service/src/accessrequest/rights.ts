import {
  type AclResource,
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

  const isDisabled = (principal: Principal): boolean => rights.isDisabled(principal.organization, principal);
  const isApprover: RequestRights['mayDecide'] = (resource, principal, atMs) =>
    reviewers.isApprover(principal.organization, resource, principal, atMs);

  /** A list, and as what somebody acts on it; undefined where there is none. */
  const find = (resource: AclResource, principal: Principal, atMs: number) => {
    const { organization, kind, id } = principal;
    const acl = lists.get(organization, resource);
    const administersAll = deps.administersAll(principal);
    return acl && { acl, granter: rights.granterOf(organization, acl, { kind, id }, atMs, administersAll) };
  };
  const findEnabled: typeof find = (resource, principal, atMs) =>
    isDisabled(principal) ? undefined : find(resource, principal, atMs);

  return {
    held(resource, principal, atMs) {
      const found = find(resource, principal, atMs);
      if (!found) return undefined;
      return isDisabled(principal) ? NOTHING_HELD : heldBy(found.acl, found.granter, atMs);
    },
    standing(resource, principal, atMs) {
      const found = findEnabled(resource, principal, atMs);
      return found && { ...found, isApprover: isApprover(resource, principal, atMs) };
    },
    reviews: reviewers,
    mayDecide(resource, principal, atMs) {
      const found = findEnabled(resource, principal, atMs);
      if (!found) return false;
      const { level } = heldBy(found.acl, found.granter, atMs);
      return includesLevel(level, 'admin') || isApprover(resource, principal, atMs);
    },
    denyRule,
  };
}
