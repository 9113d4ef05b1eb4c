import {
  type AclPrincipal,
  type AclResource,
  type Granter,
  type Held,
  heldBy,
  includesLevel,
  NOTHING_HELD,
  type Party,
  type Principal,
  principalKey,
  rolesAt,
} from '@countersign/access';
import type { AccessRights, AclBoard, Directory } from '@countersign/directory';
import { approversLeft, isGone, type RemovedAt } from '../accessreview/approvers.ts';
import { type AccessReviews, DEFAULT_REVIEW, type SetReview } from '../accessreview/reviews.ts';
import type { DenyRule } from './deny-rule.ts';
import type { Review } from './events.ts';
import type { Standing } from './standing.ts';

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

const NOTHING_SET: SetReview = { review: DEFAULT_REVIEW, sequence: 0, position: 0 };

export function createRequestRights(deps: {
  readonly lists: Pick<AclBoard, 'get' | 'removal'>;
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
    return isDisabled(principal.organization, principal) ? NOTHING_HELD : heldBy(acl, granter, atMs);
  };

  const removedAt =
    (organization: string): RemovedAt =>
    (principal) =>
      lists.removal(organization, principal)?.position;

  const setFor = (organization: string, resource: AclResource): SetReview => {
    const own = reviews.get(organization, resource);
    const namespace = lists.get(organization, resource)?.namespace ?? null;
    const above =
      namespace === null ? undefined : reviews.get(organization, { kind: 'namespace', id: namespace });
    return own ?? above ?? NOTHING_SET;
  };

  const isApprover = (set: SetReview, { organization, kind, id }: Principal): boolean => {
    const names = new Set<string>();
    const parties: AclPrincipal[] = directory
      .groupsOf(organization, { kind, id })
      .map((group) => ({ kind: 'group', id: group }));
    for (const party of [{ kind, id }, ...parties]) {
      if (isGone(set, party, removedAt(organization))) continue;
      names.add(principalKey(party));
      if (party.kind === 'user' || party.kind === 'group') names.add(party.id);
    }
    if (kind === 'user') {
      const roles = directory.user(organization, id)?.data.roles ?? [];
      for (const role of rolesAt(directory.roleRights(), roles, { organization }))
        names.add(`role:${role}`).add(role);
    }
    return set.review.approvers.some((approver) => names.has(approver));
  };

  return {
    held,
    standing(resource, principal, atMs) {
      const acl = lists.get(principal.organization, resource);
      const granter = granterOf(resource, principal, atMs);
      if (!acl || !granter || isDisabled(principal.organization, principal)) return undefined;
      return { acl, granter, isApprover: isApprover(setFor(principal.organization, resource), principal) };
    },
    reviewOf: (organization, resource) => setFor(organization, resource).review,
    reviewLeft(organization, resource) {
      const set = setFor(organization, resource);
      const approvers = approversLeft(set, removedAt(organization));
      return { ...set, review: { ...set.review, approvers } };
    },
    mayDecide: (resource, principal, atMs) =>
      !isDisabled(principal.organization, principal) &&
      (includesLevel(held(resource, principal, atMs)?.level ?? null, 'admin') ||
        isApprover(setFor(principal.organization, resource), principal)),
    denyRule,
  };
}
