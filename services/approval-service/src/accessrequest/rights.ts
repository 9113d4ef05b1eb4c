import {
  type AclResource,
  type Granter,
  type Held,
  heldBy,
  includesLevel,
  type Party,
  type Principal,
  principalKey,
  rolesAt,
} from '@countersign/access';
import type { AccessRights, AclBoard, Directory } from '@countersign/directory';
import { type AccessReviews, DEFAULT_REVIEW } from '../accessreview/reviews.ts';
import type { DenyRule } from './deny-rule.ts';
import type { Review } from './events.ts';

/** Who may decide a request for access, by what this process knows now. */
export interface RequestRights {
  /** What somebody holds on a resource; undefined where there is none. */
  held(resource: AclResource, principal: Principal, atMs: number): Held | undefined;
  /** What holds for a resource: set there, at its namespace, or nowhere. */
  reviewOf(organization: string, resource: AclResource): Review;
  /** Whether somebody administers the resource, or is an approver of its review. */
  mayDecide(resource: AclResource, principal: Principal, atMs: number): boolean;
  readonly denyRule: DenyRule;
}

const NOTHING: Held = { level: null, until: null };

/** By access lists and reviews, as they are now. */
export function createRequestRights(deps: {
  readonly lists: Pick<AclBoard, 'get'>;
  readonly rights: AccessRights;
  readonly reviews: AccessReviews;
  readonly directory: Directory;
  readonly denyRule: DenyRule;
  /** Whether somebody administers every list of their organization. */
  readonly administersAll: (principal: Principal) => boolean;
}): RequestRights {
  const { lists, rights, reviews, directory, denyRule } = deps;

  const granterOf = (resource: AclResource, principal: Principal, atMs: number): Granter | undefined => {
    const { organization, kind, id } = principal;
    const acl = lists.get(organization, resource);
    if (!acl) return undefined;
    return {
      principal: { kind, id },
      groups: directory.groupsOf(organization, { kind, id }),
      fallback: rights.fallbackOf(organization, acl, { kind, id }, atMs),
      administersAll: deps.administersAll(principal),
    };
  };

  const isDisabled = (organization: string, { kind, id }: Party): boolean =>
    kind === 'agent' && directory.agent(organization, id)?.enabled === false;

  const held: RequestRights['held'] = (resource, principal, atMs) => {
    const acl = lists.get(principal.organization, resource);
    const granter = granterOf(resource, principal, atMs);
    if (!acl || !granter) return undefined;
    return isDisabled(principal.organization, principal) ? NOTHING : heldBy(acl, granter, atMs);
  };

  const reviewOf: RequestRights['reviewOf'] = (organization, resource) => {
    const own = reviews.get(organization, resource);
    const namespace = lists.get(organization, resource)?.namespace ?? null;
    const above =
      namespace === null ? undefined : reviews.get(organization, { kind: 'namespace', id: namespace });
    return own ?? above ?? DEFAULT_REVIEW;
  };

  const isApprover = ({ approvers }: Review, { organization, kind, id }: Principal): boolean => {
    const names = new Set([principalKey({ kind, id })]);
    const groups = directory.groupsOf(organization, { kind, id });
    for (const group of groups) names.add(`group:${group}`).add(group);
    if (kind === 'user') {
      names.add(id);
      const roles = directory.user(organization, id)?.data.roles ?? [];
      for (const role of rolesAt(directory.roleRights(), roles, { organization }))
        names.add(`role:${role}`).add(role);
    }
    return approvers.some((approver) => names.has(approver));
  };

  return {
    held,
    reviewOf,
    mayDecide: (resource, principal, atMs) =>
      !isDisabled(principal.organization, principal) &&
      (includesLevel(held(resource, principal, atMs)?.level ?? null, 'admin') ||
        isApprover(reviewOf(principal.organization, resource), principal)),
    denyRule,
  };
}
