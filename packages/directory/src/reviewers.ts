import { type AclPrincipal, type AclResource, type Party, principalKey, rolesAt } from '@countersign/access';
import { type AccessReviews, DEFAULT_REVIEW, type SetReview } from './access-reviews.ts';
import type { AclBoard } from './acl-board.ts';
import type { Directory } from './directory.ts';

/** Whom the reviews let answer requests for access. A name means who had it when the review was set. */
export interface Reviewers {
  /** What holds for a resource: set there, at its namespace, or nowhere. */
  reviewOf(organization: string, resource: AclResource): SetReview;
  /** The same with those of its approvers only who have not been removed since it was set. */
  reviewLeft(organization: string, resource: AclResource): SetReview;
  isApprover(organization: string, resource: AclResource, party: Party): boolean;
}

const NOTHING_SET: SetReview = { review: DEFAULT_REVIEW, sequence: 0, position: 0 };

/** By the reviews that were set, and who has been removed since. */
export function createReviewers(deps: {
  readonly lists: Pick<AclBoard, 'get' | 'removal'>;
  readonly reviews: AccessReviews;
  readonly directory: Directory;
}): Reviewers {
  const { lists, reviews, directory } = deps;

  const reviewOf: Reviewers['reviewOf'] = (organization, resource) => {
    const own = reviews.get(organization, resource);
    const namespace = lists.get(organization, resource)?.namespace ?? null;
    const above =
      namespace === null ? undefined : reviews.get(organization, { kind: 'namespace', id: namespace });
    return own ?? above ?? NOTHING_SET;
  };

  const isGone = (organization: string, { position }: SetReview, principal: AclPrincipal): boolean =>
    (lists.removal(organization, principal)?.position ?? 0) > position;

  return {
    reviewOf,
    reviewLeft(organization, resource) {
      const set = reviewOf(organization, resource);
      const approvers = set.review.approvers.filter(
        (approver) => !namedBy(approver).some((principal) => isGone(organization, set, principal)),
      );
      return { ...set, review: { ...set.review, approvers } };
    },
    isApprover(organization, resource, { kind, id }) {
      const set = reviewOf(organization, resource);
      const names = new Set<string>();
      const groups = directory.groupsOf(organization, { kind, id });
      for (const one of [{ kind, id }, ...groups.map((group) => ({ kind: 'group' as const, id: group }))]) {
        if (isGone(organization, set, one)) continue;
        names.add(principalKey(one));
        if (one.kind === 'user' || one.kind === 'group') names.add(one.id);
      }
      if (kind === 'user') {
        const roles = directory.user(organization, id)?.data.roles ?? [];
        for (const role of rolesAt(directory.roleRights(), roles, { organization }))
          names.add(`role:${role}`).add(role);
      }
      return set.review.approvers.some((approver) => names.has(approver));
    },
  };
}

/** Whom an approver of a review may be: a name alone is a user, a group or a role. */
function namedBy(approver: string): readonly AclPrincipal[] {
  const [kind, id] = approver.includes(':') ? approver.split(':') : [null, approver];
  const kinds = (['user', 'group'] as const).filter((one) => kind === null || kind === one);
  return kinds.map((one) => ({ kind: one, id: id ?? '' }));
}
