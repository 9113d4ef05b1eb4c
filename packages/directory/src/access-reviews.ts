import type { AclResource } from '@countersign/access';
import type { AccessReviewSet } from '@countersign/contracts';
import type { Message } from '@countersign/message-bus';

/** Who answers requests for access to something, and by when. */
export type AccessReview = Pick<AccessReviewSet, 'on_request' | 'approvers' | 'timeout_hours'>;

/** What holds where nothing is set: whoever administers it is asked, for a day. */
export const DEFAULT_REVIEW: AccessReview = { on_request: 'defer', approvers: [], timeout_hours: 24 };

/** What is set, and the event that set it. */
export interface SetReview {
  readonly review: AccessReview;
  readonly sequence: number;
  readonly position: number;
}

/** Who answers requests for access, folded from control events. */
export interface AccessReviews {
  /** What is set for a resource itself. */
  get(organization: string, resource: AclResource): SetReview | undefined;
  /** Those of an organization that have an approver of this name. */
  naming(organization: string, approver: string): readonly SetReview[];
  apply(message: Message): void;
}

/** What reviews are folded from. */
export const ACCESS_REVIEW_TYPES = ['accessreview.set'] as const;

/** Empty: `DEFAULT_REVIEW` holds everywhere. */
export function createAccessReviews(): AccessReviews {
  const reviews = new Map<string, SetReview>();
  /** The reviews by each name that they have among their approvers. */
  const byName = new Map<string, Map<string, SetReview>>();
  const keyOf = (organization: string, { kind, id }: AclResource) => `${organization}:${kind}:${id}`;
  const nameOf = (organization: string, approver: string) => `${organization}/${approver}`;

  const forget = (organization: string, key: string) => {
    for (const approver of reviews.get(key)?.review.approvers ?? []) {
      const name = nameOf(organization, approver);
      const naming = byName.get(name);
      naming?.delete(key);
      if (naming?.size === 0) byName.delete(name);
    }
  };

  return {
    get: (organization, resource) => reviews.get(keyOf(organization, resource)),
    naming: (organization, approver) => [...(byName.get(nameOf(organization, approver))?.values() ?? [])],
    apply({ type, organization, sequence, position, data }) {
      if (type !== 'accessreview.set') return;
      const { resource, on_request, approvers, timeout_hours } = data as unknown as AccessReviewSet;
      const key = keyOf(organization, resource);
      if ((reviews.get(key)?.sequence ?? 0) >= sequence) return;
      forget(organization, key);
      const set = { review: { on_request, approvers, timeout_hours }, sequence, position };
      reviews.set(key, set);
      for (const approver of approvers) {
        const name = nameOf(organization, approver);
        byName.set(name, (byName.get(name) ?? new Map()).set(key, set));
      }
    },
  };
}
