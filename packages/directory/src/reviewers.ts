import {
  type AclPrincipal,
  type AclResource,
  entriesNaming,
  type Party,
  principalKey,
  rolesAt,
} from '@countersign/access';
import { type AccessReview, type AccessReviews, DEFAULT_REVIEW, type SetReview } from './access-reviews.ts';
import type { AclBoard } from './acl-board.ts';
import type { Directory } from './directory.ts';

/**
 * What the reviews answer to requests for access, and whom they let answer. The review of a namespace answers as its list
 * does: where the list of a work intent leaves it open. A name means who had it when the review was set.
 */
export interface Reviewers {
  /** What holds for a resource: set there, at the namespace that its list leaves the unlisted to, or nowhere. */
  reviewOf(organization: string, resource: AclResource): AccessReview;
  /** The same for what somebody asks: whom the list names, the namespace lets in no further unasked. */
  reviewFor(organization: string, resource: AclResource, asking: Party, atMs: number): AccessReview;
  /** What is set for a resource itself, with those of its approvers only who have not been removed since. */
  setOn(organization: string, resource: AclResource): SetReview | undefined;
  isApprover(organization: string, resource: AclResource, party: Party, atMs: number): boolean;
  /** Whether a review lets somebody answer by their id: whoever gets the id does. */
  names(organization: string, party: Party): boolean;
}

/** By the reviews that were set, what lists leave to those of namespaces, and who has been removed since. */
export function createReviewers(deps: {
  readonly lists: Pick<AclBoard, 'get' | 'removal'>;
  readonly reviews: Pick<AccessReviews, 'get' | 'naming'>;
  readonly directory: Pick<Directory, 'groupsOf' | 'user' | 'roleRights'>;
}): Reviewers {
  const { lists, reviews, directory } = deps;

  /** The review above, where the list of a resource that has none leaves it open what the unlisted have. */
  const above = (organization: string, resource: AclResource): SetReview | undefined => {
    const acl = lists.get(organization, resource);
    return !acl || acl.namespace === null || acl.defaultPolicy !== null
      ? undefined
      : reviews.get(organization, { kind: 'namespace', id: acl.namespace });
  };

  /** Whether the list of a resource says itself what somebody has. */
  const isListed = (organization: string, resource: AclResource, principal: Party, atMs: number): boolean => {
    const acl = lists.get(organization, resource);
    const groups = directory.groupsOf(organization, principal);
    return acl !== undefined && entriesNaming(acl, { principal, groups }, atMs).length > 0;
  };

  const isGone = (organization: string, { position }: SetReview, principal: AclPrincipal): boolean =>
    (lists.removal(organization, principal)?.position ?? 0) > position;

  return {
    reviewOf: (organization, resource) =>
      (reviews.get(organization, resource) ?? above(organization, resource))?.review ?? DEFAULT_REVIEW,
    reviewFor(organization, resource, asking, atMs) {
      const own = reviews.get(organization, resource);
      if (own) return own.review;
      const review = above(organization, resource)?.review ?? DEFAULT_REVIEW;
      return review.on_request === 'approve' && isListed(organization, resource, asking, atMs)
        ? { ...review, on_request: 'defer' }
        : review;
    },
    setOn(organization, resource) {
      const set = reviews.get(organization, resource);
      const approvers = set?.review.approvers.filter(
        (approver) => !namedBy(approver).some((principal) => isGone(organization, set, principal)),
      );
      return set && approvers && { ...set, review: { ...set.review, approvers } };
    },
    isApprover(organization, resource, { kind, id }, atMs) {
      const own = reviews.get(organization, resource);
      const set = own ?? above(organization, resource);
      if (!set || (!own && isListed(organization, resource, { kind, id }, atMs))) return false;
      const names = new Set<string>();
      const groups = directory.groupsOf(organization, { kind, id });
      for (const one of [{ kind, id }, ...groups.map((group) => ({ kind: 'group' as const, id: group }))]) {
        if (!isGone(organization, set, one)) for (const name of namesOf(one)) names.add(name);
      }
      if (kind === 'user') {
        const roles = directory.user(organization, id)?.data.roles ?? [];
        for (const role of rolesAt(directory.roleRights(), roles, { organization }))
          names.add(`role:${role}`).add(role);
      }
      return set.review.approvers.some((approver) => names.has(approver));
    },
    names: (organization, party) =>
      namesOf(party).some((name) =>
        reviews.naming(organization, name).some((set) => !isGone(organization, set, party)),
      ),
  };
}

/** How approvers of a review name somebody: a name alone is a user, a group or a role. */
function namesOf(principal: AclPrincipal): readonly string[] {
  const isNamedBare = principal.kind === 'user' || principal.kind === 'group';
  return isNamedBare ? [principalKey(principal), principal.id] : [principalKey(principal)];
}

/** Whom that can be removed an approver of a review may be. */
function namedBy(approver: string): readonly AclPrincipal[] {
  const [kind, id] = approver.includes(':') ? approver.split(':') : [null, approver];
  const kinds = (['user', 'group'] as const).filter((one) => kind === null || kind === one);
  return kinds.map((one) => ({ kind: one, id: id ?? '' }));
}
